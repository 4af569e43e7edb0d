import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, draws, use } from '../../support/backends.js';
import { FAMILIES, type LayerCase, layerCases } from '../../support/mirrors/layer-cases.js';
import { callLayer, contextOf, mirrorOf } from '../../support/mirrors/mirror-run.js';

const linearFamilies = Object.keys(FAMILIES).filter((className) => !className.includes('MaxPooling'));

const others: LayerCase[] = [
  {
    title: 'dense',
    layer: tfl.layers.dense({ units: 4, biasInitializer: 'ones' }),
    input: [2, 5],
    channelAxis: 1,
  },
  { title: 'dense on pictures', layer: tfl.layers.dense({ units: 4 }), input: [2, 3, 4, 5], channelAxis: 3 },
  { title: 'flatten', layer: tfl.layers.flatten(), input: [2, 3, 4, 5], channelAxis: 3 },
  {
    title: 'flatten, channels first',
    layer: tfl.layers.flatten({ dataFormat: 'channelsFirst' }),
    input: [2, 3, 4, 5],
    channelAxis: 1,
  },
  {
    title: 'zero padding',
    layer: tfl.layers.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 3],
      ],
    }),
    input: [2, 3, 4, 2],
    channelAxis: 3,
  },
  {
    title: 'zero padding, channels first',
    layer: tfl.layers.zeroPadding2d({ padding: 2, dataFormat: 'channelsFirst' }),
    input: [2, 3, 4, 2],
    channelAxis: 1,
  },
  {
    title: 'a depthwise convolution whose dilation tfjs ignores',
    layer: tfl.layers.depthwiseConv2d({ kernelSize: 3, dilationRate: 2, strides: 2, padding: 'same' }),
    input: [2, 6, 7, 2],
    channelAxis: 3,
  },
  {
    title: 'a transposed convolution whose dilation tfjs ignores',
    layer: tfl.layers.conv2dTranspose({ filters: 2, kernelSize: 3, dilationRate: 2, strides: 2 }),
    input: [2, 4, 3, 2],
    channelAxis: 3,
  },
  {
    title: 'a depthwise convolution with causal padding, which tfjs takes for valid',
    layer: tfl.layers.depthwiseConv2d({ kernelSize: 3, padding: 'causal' }),
    input: [2, 6, 7, 2],
    channelAxis: 3,
  },
  {
    title: 'average pooling with causal padding, which tfjs takes for valid',
    layer: tfl.layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'causal' }),
    input: [2, 8, 2],
    channelAxis: 2,
  },
  { title: 'dropout', layer: tfl.layers.dropout({ rate: 0.5 }), input: [2, 3, 4, 2], channelAxis: 3 },
  { title: 'gaussian noise', layer: tfl.layers.gaussianNoise({ stddev: 1 }), input: [2, 3, 4, 2], channelAxis: 3 },
];

/** ⟨Ax, y⟩ and ⟨x, Aᵀy⟩, with A taken from the layer's own call and Aᵀ from the mirror. */
async function bothProducts(one: LayerCase): Promise<{ up: number; down: number; size: number }> {
  const x = tf.randomNormal(one.input, 0, 1, 'float32', 3);
  const nothing = tf.zeros(one.input);
  const [output, bias] = [await callLayer(one, x), await callLayer(one, nothing)];
  const scalars = tf.tidy(() => {
    const linear = tf.sub(output, bias);
    const y = tf.randomNormal(linear.shape, 0, 1, 'float32', 5);
    const mirror = mirrorOf(one);
    const prepared = mirror.prepare?.(one.layer) ?? [];
    const at = { ...contextOf(one, linear.shape, prepared), recorded: [] };
    const below = mirror.down(y, at) as tf.Tensor;
    expect(below.shape).toEqual(one.input);
    return tf.stack([tf.sum(tf.mul(linear, y)), tf.sum(tf.mul(x, below)), tf.sum(tf.abs(tf.mul(linear, y)))]);
  });
  const [up, down, size] = await scalars.data();
  tf.dispose([x, nothing, output, bias, scalars]);
  return { up: up!, down: down!, size: size! };
}

describe.each(backends)('linear mirrors on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(linearFamilies)('are adjoint to %s for every option its call honours', async (className) => {
    await fc.assert(
      fc.asyncProperty(layerCases(className), async (one) => {
        const { up, down, size } = await bothProducts(one);
        expect(size, one.title).toBeGreaterThan(0);
        expect(Math.abs(up - down), one.title).toBeLessThanOrEqual(1e-5 * size + 1e-6);
        one.layer.dispose();
      }),
      { numRuns: draws(120), seed: 5 },
    );
  });

  it.each(others)('are adjoint to $title', async (one) => {
    const { up, down, size } = await bothProducts(one);
    expect(size).toBeGreaterThan(0);
    expect(Math.abs(up - down)).toBeLessThanOrEqual(1e-5 * size);
  });

  it.runIf(backend === 'wasm')(
    'are adjoint to SeparableConv2D with stride and dilation, which only wasm runs',
    async () => {
      for (const [strides, dilationRate] of [
        [2, 2],
        [3, 2],
        [2, 3],
        [4, 6],
      ] as const) {
        for (const padding of ['same', 'valid'] as const) {
          const options = { filters: 3, kernelSize: 3, strides, dilationRate, padding };
          const layer = tfl.layers.separableConv2d(options);
          const one = { title: JSON.stringify(options), layer, input: [2, 15, 16, 2], channelAxis: 3 };
          const { up, down, size } = await bothProducts(one);
          expect(size).toBeGreaterThan(0);
          expect(Math.abs(up - down), one.title).toBeLessThanOrEqual(1e-5 * size);
        }
      }
    },
  );
});
