import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { expect, it, vi } from 'vitest';
import type { Layer } from '../../../src/network/layer-access.js';
import { use } from '../../support/backends.js';
import { expectClose } from '../../support/compare.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

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

// By class: a stride wider than the window with padding `same`; transposed convolutions over three axes at all;
// maxima below zero over three axes.
const wrongByClass: {
  readonly name: string;
  readonly shape: number[];
  readonly make: () => Layer;
}[] = [
  {
    name: 'Conv1D',
    shape: [8, 2],
    make: () => tfl.layers.conv1d({ filters: 3, kernelSize: 2, strides: 4, padding: 'same', activation: 'relu' }),
  },
  {
    name: 'DepthwiseConv2D',
    shape: [6, 7, 2],
    make: () => tfl.layers.depthwiseConv2d({ depthMultiplier: 2, kernelSize: [3, 1], strides: 3, padding: 'same' }),
  },
  {
    name: 'DepthwiseConv2D with a dilation that tfjs ignores',
    shape: [8, 8, 2],
    make: () => tfl.layers.depthwiseConv2d({ kernelSize: 2, strides: 4, dilationRate: 3, padding: 'same' }),
  },
  {
    name: 'SeparableConv2D',
    shape: [6, 8, 2],
    make: () =>
      tfl.layers.separableConv2d({
        filters: 3,
        kernelSize: [2, 3],
        strides: [3, 4],
        padding: 'same',
        activation: 'elu',
      }),
  },
  {
    name: 'Conv3DTranspose',
    shape: [3, 2, 4, 2],
    make: () =>
      tfl.layers.conv3dTranspose({
        filters: 3,
        kernelSize: 3,
        strides: [1, 2, 2],
        padding: 'same',
        activation: 'relu',
      }),
  },
  { name: 'MaxPooling3D', shape: [4, 4, 4, 2], make: () => tfl.layers.maxPooling3d({ poolSize: 2 }) },
];

it.each(wrongByClass)('$name is right on wasm all the same', async ({ shape, make }) => {
  const results: Float32Array[] = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    await use(backend);
    const layer = make();
    const input = tfl.input({ shape });
    const model = fillWeights(tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor }), {
      positive: true,
    });
    const image = tf.add(noiseTensor(shape, 4), layer.getClassName().startsWith('Max') ? -1 : 1);
    const deconvnet = new Deconvnet(model);
    const [last] = deconvnet.layers.slice(-1) as [(typeof deconvnet.layers)[number]];
    const output = await deconvnet.activations(image, last.name);
    const projection = await deconvnet.project(image, { layer: last.name, featureMap: 1, position: 'strongest' });
    results.push((await output.data()) as Float32Array, (await projection.pixels.data()) as Float32Array);
    expect(projection.empty).toBe(false);
  }
  expectClose([...results[2]!], [...results[0]!]);
  expectClose([...results[3]!], [...results[1]!]);
});

it('stays as it is on wasm where tfjs is right there', async () => {
  await use('wasm');
  const layer = tfl.layers.depthwiseConv2d({ inputShape: [5, 5, 2], kernelSize: 1, strides: 2, padding: 'same' });
  const model = fillWeights(tfl.sequential({ layers: [layer] }));
  const called = vi.spyOn(layer, 'call');
  const deconvnet = new Deconvnet(model);
  const projection = await deconvnet.project(noiseTensor([5, 5, 2], 2), { layer: layer.name, featureMap: 0 });
  expect(projection.empty).toBe(false);
  expect(called).toHaveBeenCalledOnce();
});

it('a layer that is wrong on wasm is right inside a TimeDistributed too', async () => {
  const results: Float32Array[] = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    await use(backend);
    const inner = tfl.layers.conv2d({
      kernelSize: 2,
      strides: 3,
      filters: 2,
      padding: 'same',
      kernelInitializer: 'ones',
    });
    const layer = tfl.layers.timeDistributed({ layer: inner, inputShape: [2, 6, 6, 1], name: 'each' });
    const deconvnet = new Deconvnet(tfl.sequential({ layers: [layer] }));
    const image = tf.tensor(
      Array.from({ length: 72 }, (_, i) => (i * 5) % 13),
      [2, 6, 6, 1],
    );
    const projection = await deconvnet.project(image, { layer: 'each', featureMap: 1, position: 'strongest' });
    results.push((await (await deconvnet.activations(image, 'each')).data()) as Float32Array);
    results.push((await projection.pixels.data()) as Float32Array);
    expect(projection.empty).toBe(false);
  }
  expect(results[2]).toEqual(results[0]);
  expect(results[3]).toEqual(results[1]);
});
