import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Mirror } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../support/backends.js';
import { expectClose, values } from '../support/compare.js';
import { noiseTensor } from '../support/networks.js';

describe('mirrors of your own', () => {
  beforeAll(() => use('cpu'));

  /** a + b of two convolutions, with a user's mirror for Add. */
  function addModel(): tfl.LayersModel {
    const input = tfl.input({ shape: [5, 5, 1], name: 'pixels' });
    const conv = (name: string, kernelSize: number): tfl.SymbolicTensor =>
      tfl.layers.conv2d({ filters: 2, kernelSize, padding: 'same', name }).apply(input) as tfl.SymbolicTensor;
    const sum = tfl.layers.add({ name: 'sum' }).apply([conv('a', 1), conv('b', 3)]) as tfl.SymbolicTensor;
    const top = tfl.layers.conv2d({ filters: 1, kernelSize: 1, name: 'top' }).apply(sum) as tfl.SymbolicTensor;
    return tfl.model({ inputs: input, outputs: top });
  }

  const copyToBoth: Mirror = { window: 'pointwise', down: (signal) => [tf.clone(signal), tf.clone(signal)] };

  it('serve a class that has none, and signals that meet add', async () => {
    const model = addModel();
    const deconvnet = new Deconvnet(model, { mirrors: { Add: () => copyToBoth } });
    const image = noiseTensor([5, 5, 1], 20);
    const projection = await deconvnet.project(image, { layer: 'top', featureMap: 0, position: [2, 2] });
    expect(projection.receptiveField).toEqual({ start: [1, 1], size: [3, 3] });
    // All linear: the projection is the activation times the gradient.
    const gradient = tf.grad((x: tf.Tensor) => tf.slice(model.apply(x) as tf.Tensor, [0, 2, 2, 0], [1, 1, 1, 1]))(
      tf.expandDims(image, 0),
    );
    expectClose(await values(projection), Array.from(await tf.mul(gradient, projection.activation).data()));
  });

  it('may return a variable of their own, made when they are first asked', async () => {
    let weight: tf.Variable | undefined;
    const lazy: Mirror = {
      window: 'pointwise',
      down(signal) {
        weight ??= tf.variable(tf.ones(signal.shape));
        return [weight, tf.clone(signal)];
      },
    };
    const deconvnet = new Deconvnet(addModel(), { mirrors: { Add: () => lazy } });
    const selection = { layer: 'top', featureMap: 0 } as const;
    const first = await values(await deconvnet.project(noiseTensor([5, 5, 1], 20), selection));
    expect(await values(await deconvnet.project(noiseTensor([5, 5, 1], 20), selection))).toEqual(first);
    expect(weight!.isDisposed).toBe(false);
  });

  it('are found by layer name before class name', async () => {
    const named: Mirror = {
      kind: 'named',
      window: 'pointwise',
      down: (signal) => [tf.clone(signal), tf.zerosLike(signal)],
    };
    const deconvnet = new Deconvnet(addModel(), { mirrors: { Add: () => copyToBoth, sum: () => named } });
    expect(deconvnet.layers.find(({ name }) => name === 'sum')!.mirror).toBe('named');
  });

  it('are told when they return the wrong shape, and leak nothing', async () => {
    const deconvnet = new Deconvnet(addModel(), { mirrors: { Add: () => ({ down: (signal) => tf.clone(signal) }) } });
    const image = noiseTensor([5, 5, 1], 21);
    const { numTensors } = tf.memory();
    await expect(deconvnet.project(image, { layer: 'top', featureMap: 0 })).rejects.toMatchObject({
      code: 'invalid-mirror',
      layer: 'sum',
    });
    deconvnet.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
