import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildLazily } from '../../../src/network/lazy-weights.js';
import { use } from '../../support/backends.js';

beforeAll(() => use('cpu'));

const ignore = (): void => undefined;

/** Builds a dense layer with a bias of sevens. */
function dense(layers: typeof tfl.layers = tfl.layers): tfl.LayersModel['layers'][number] {
  const layer = layers.dense({ units: 2, biasInitializer: { className: 'Constant', config: { value: 7 } } as never });
  layer.build([null, 3]);
  return layer;
}

describe('a build without weights', () => {
  it('tells the shapes, makes no values, and draws them on demand or all at once', async () => {
    const shapes: unknown[] = [];
    let layer: ReturnType<typeof dense> | undefined;
    const lazy = buildLazily(
      () => {
        layer = dense();
      },
      (shape) => shapes.push(shape),
    );
    expect(shapes).toEqual([[3, 2], [2]]);
    const [kernel, bias] = layer!.weights;
    expect([kernel!.shape, kernel!.dtype]).toEqual([[3, 2], 'float32']);
    expect([...(await bias!.read().data())]).toEqual([7, 7]);
    kernel!.write(tf.ones([3, 2]));
    lazy.initialize();
    expect([...(await kernel!.read().data())]).toEqual([1, 1, 1, 1, 1, 1]);
    // Nothing of the detour remains.
    for (const weight of layer!.weights) expect(Object.keys(weight)).not.toContain('read');
  });

  it('draws what nobody has given, when it is told to', async () => {
    let layer: ReturnType<typeof dense> | undefined;
    buildLazily(() => {
      layer = dense();
    }, ignore).initialize();
    const [kernel] = await Promise.all(layer!.getWeights().map((weight) => weight.data()));
    expect(new Set(kernel).size).toBe(6);
  });

  it('leaves other builds as they were, after an error too', () => {
    const { addWeight } = tfl.layers.Layer.prototype as unknown as { addWeight: unknown };
    const stop = (): never => {
      throw new Error('enough');
    };
    expect(() => buildLazily(() => dense(), stop)).toThrow('enough');
    expect(tfl.layers.Layer.prototype).toHaveProperty('addWeight', addWeight);
  });

  it('works for layers of a second copy of tfjs-layers, which registers its classes in the same list', async () => {
    const require = createRequire(import.meta.url);
    const path = require.resolve('@tensorflow/tfjs-layers');
    delete require.cache[path];
    const copy = require(path) as typeof tfl;
    expect(copy.layers.Layer).not.toBe(tfl.layers.Layer);
    // Each copy counts its names from the start.
    tf.disposeVariables();
    const before = tf.memory().numTensors;
    let layer: ReturnType<typeof dense> | undefined;
    const shapes: unknown[] = [];
    buildLazily(
      () => {
        layer = dense(copy.layers);
      },
      (shape) => shapes.push(shape),
    );
    expect(shapes).toEqual([[3, 2], [2]]);
    expect([...(await layer!.weights[1]!.read().data())]).toEqual([7, 7]);
    for (const weight of layer!.weights) weight.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
