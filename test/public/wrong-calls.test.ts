import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { expect, it } from 'vitest';
import { use } from '../support/backends.js';

// tfjs 4.22 computes zeros here on wasm, without a word.
const wrongOnWasm = [
  { kernelSize: [2, 1] as [number, number], strides: [1, 2] as [number, number], size: [2, 2] },
  { kernelSize: [2, 2] as [number, number], strides: [3, 3] as [number, number], size: [6, 6] },
  { kernelSize: [1, 3] as [number, number], strides: [2, 2] as [number, number], size: [4, 5] },
];

it.each(wrongOnWasm)('a $kernelSize window with stride $strides is right on wasm all the same', async (one) => {
  const results: Float32Array[] = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    await use(backend);
    const layer = tfl.layers.conv2d({
      inputShape: [...one.size, 2],
      kernelSize: one.kernelSize,
      strides: one.strides,
      filters: 3,
      padding: 'same',
      activation: 'relu',
      name: 'conv',
    });
    const model = tfl.sequential({ layers: [layer] });
    const [height, width] = one.kernelSize;
    const count = height * width * 6;
    const kernel = Array.from({ length: count }, (_, i) => ((i * 7) % 11) - 2);
    layer.setWeights([tf.tensor4d(kernel, [height, width, 2, 3]), tf.tensor1d([1, 2, 3])]);
    const image = tf.tensor(
      Array.from({ length: one.size[0]! * one.size[1]! * 2 }, (_, i) => (i * 5) % 13),
      [...one.size, 2],
    );
    const deconvnet = new Deconvnet(model);
    const output = await deconvnet.activations(image, 'conv');
    const projection = await deconvnet.project(image, { layer: 'conv', featureMap: 1, position: 'strongest' });
    results.push((await output.data()) as Float32Array, (await projection.pixels.data()) as Float32Array);
    expect(projection.empty).toBe(false);
  }
  expect(results[2]).toEqual(results[0]);
  expect(results[3]).toEqual(results[1]);
});
