import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import { backends, use } from '../../support/backends.js';
import {
  applyLayer,
  expectAdjoint,
  expectManySeeds,
  expectRegions,
  expectSame,
  sendDown,
} from '../../support/mirrors/expect-mirror.js';
import { except, type LayerCase, layerCase } from '../../support/mirrors/layer-case.js';
import { noiseTensor } from '../../support/project/networks.js';

/** A batch normalisation with weights as after training: none of them 0 or 1. */
function trained(options: Parameters<typeof tfl.layers.batchNormalization>[0], shape: number[]): LayerCase {
  const layer = tfl.layers.batchNormalization(options);
  layer.apply(tf.zeros(shape));
  const weights = layer.getWeights();
  layer.setWeights(
    weights.map((weight, i) => {
      const noise = noiseTensor(weight.shape, i + 1);
      return i === weights.length - 1 ? tf.add(tf.abs(noise), 0.2) : noise;
    }),
  );
  const isWrong = options?.axis !== undefined && options.axis !== -1;
  return layerCase(() => layer, [shape.slice(1)], {
    title: JSON.stringify({ ...options, shape }),
    batch: shape[0]!,
    ...(isWrong && { wrongOn: except('tfjs reads the statistics cyclically along the last axis', 'cpu', 'wasm') }),
  });
}

/** gamma / sqrt(variance + epsilon), shaped to broadcast. */
function factorOf(
  { make, inputShapes }: LayerCase,
  options: { axis: number; scale: boolean; epsilon: number },
): tf.Tensor {
  const shape = [1, ...inputShapes[0]!];
  const axis = options.axis < 0 ? shape.length - 1 : options.axis;
  const weights = make().getWeights();
  const deviation = tf.sqrt(tf.add(weights.at(-1)!, options.epsilon));
  return tf.reshape(
    tf.div(options.scale ? weights[0]! : 1, deviation),
    shape.map((size, i) => (i === axis ? size : 1)),
  );
}

const shapes = fc.integer({ min: 2, max: 4 }).chain((rank) =>
  fc.record({
    shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: rank, maxLength: rank }),
    axis: fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: rank - 1 })),
    scale: fc.boolean(),
    center: fc.boolean(),
    epsilon: fc.constantFrom(1e-3, 0.1),
  }),
);

describe.each(backends)('BatchNormalization on %s', (backend) => {
  beforeAll(() => use(backend));

  it('is scaled by the moving statistics, along any axis, with and without scale and center', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape, ...options }) => {
        const one = trained(options, shape);
        const signal = noiseTensor(shape, 9);
        await expectSame(sendDown(one, [noiseTensor(shape, 8)], signal), [tf.mul(signal, factorOf(one, options))]);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('is adjoint to the layer along the last axis', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape, ...options }) => {
        await expectAdjoint(trained({ ...options, axis: -1 }, shape));
      }),
      { numRuns: 40, seed: 6 },
    );
  });

  it('serves many seeds with one image', () => expectManySeeds(trained({}, [1, 3, 4, 2])));

  it('works on regions that stick out, along channels', () =>
    expectRegions(trained({}, [2, 6, 5, 3]), { start: [-1, 2], size: [4, 5] }));

  it('works on regions that stick out, along a spatial axis', async () => {
    await expectRegions(trained({ axis: 1 }, [2, 6, 5, 3]), { start: [-1, 2], size: [4, 5] });
    await expectRegions(trained({ axis: 2 }, [2, 6, 5, 3]), { start: [3, -2], size: [5, 6] });
    const channelsFirst = { ...trained({ axis: 1 }, [2, 3, 6, 5]), channelAxis: 1 };
    await expectRegions(channelsFirst, { start: [-1, 2], size: [4, 5] });
  });

  it('reads one cell', () => {
    const layer = trained({}, [2, 6, 5, 3]).make();
    const [step] = builtInMirror(layer, resolveRule({}))!;
    expect(step!.window).toBe('pointwise');
    expect(applyLayer(layer, [tf.zeros([2, 6, 5, 3])]).shape).toEqual([2, 6, 5, 3]);
  });
});
