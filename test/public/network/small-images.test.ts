import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';

const anySize = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.conv2d({ name: 'conv1', inputShape: [null, null, 1], filters: 2, kernelSize: 3, strides: 2 }),
      tfl.layers.maxPooling2d({ name: 'pool', poolSize: 3, strides: 2 }),
      tfl.layers.conv2d({ name: 'conv2', filters: 2, kernelSize: 3 }),
      tfl.layers.globalAveragePooling2d({ name: 'mean' }),
    ],
  });

describe.each(backends)('an image of which windows leave nothing, on %s,', (backend) => {
  beforeAll(() => use(backend));

  it('is refused, and the layer is named', async () => {
    const model = anySize();
    const deconvnet = new Deconvnet(model);
    const miner = new PatchMiner(deconvnet, { layers: ['conv2'], k: 1 });
    // 14 pixels become 6, then 2: a window of 3 has no room.
    const [small, large] = [tf.ones([14, 14, 1]), tf.ones([20, 20, 1])];
    const batch = tf.expandDims(small);
    const tooSmall = {
      code: 'shape-mismatch',
      layer: 'conv2',
      message: expect.stringContaining("with an image of [14,14,1], layer 'conv2' has no output"),
    };
    const { numTensors } = tf.memory();
    await expect(deconvnet.project(small, { layer: 'conv2', featureMap: 0 })).rejects.toMatchObject(tooSmall);
    await expect(deconvnet.activations(small, 'conv2')).rejects.toMatchObject(tooSmall);
    await expect(miner.add(batch, ['a'])).rejects.toMatchObject(tooSmall);
    expect(tf.memory().numTensors).toBe(numTensors);
    // A layer below has something to show.
    (await deconvnet.project(small, { layer: 'conv1', featureMap: 0 })).dispose();
    const projection = await deconvnet.project(large, { layer: 'conv2', featureMap: 0 });
    expect(projection.pixels.shape).toEqual([20, 20, 1]);
    projection.dispose();
    tf.dispose([small, large, batch]);
    deconvnet.dispose();
    model.dispose();
  });
});
