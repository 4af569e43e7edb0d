import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Mirror } from '../../src/mirrors/mirror.js';
import { resolveRule } from '../../src/mirrors/rules.js';
import { builtInMirror } from '../../src/mirrors/table.js';
import type { Layer } from '../../src/network/layer-access.js';
import { extentOf } from '../../src/network/network.js';
import { wholeRegion } from '../../src/network/region.js';
import { backends, use } from '../support/backends.js';

interface Case {
  readonly title: string;
  readonly layer: Layer;
  readonly input: number[];
  readonly channelAxis?: number;
}

const convolutions: fc.Arbitrary<Case> = fc
  .record({
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    dilation: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilated: fc.boolean(),
    padding: fc.constantFrom('same' as const, 'valid' as const),
    channelsFirst: fc.boolean(),
    channels: fc.integer({ min: 1, max: 3 }),
    filters: fc.integer({ min: 1, max: 3 }),
    useBias: fc.boolean(),
    more: fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 })),
  })
  .map(({ kernel, stride, dilation, dilated, padding, channelsFirst, channels, filters, useBias, more }) => {
    // tfjs rejects stride and dilation together.
    const steps = dilated ? dilation : ([1, 1] as [number, number]);
    const extent = kernel.map((size, axis) => (size - 1) * steps[axis]! + 1 + more[axis]!);
    const options = {
      filters,
      kernelSize: [...kernel] as [number, number],
      strides: (dilated ? [1, 1] : [...stride]) as [number, number],
      dilationRate: [...steps] as [number, number],
      padding,
      useBias,
      dataFormat: channelsFirst ? ('channelsFirst' as const) : ('channelsLast' as const),
      kernelInitializer: 'glorotNormal' as const,
      biasInitializer: 'ones' as const,
    };
    return {
      title: JSON.stringify({ ...options, extent, channels }),
      layer: tfl.layers.conv2d(options),
      input: channelsFirst ? [2, channels, ...extent] : [2, ...extent, channels],
      channelAxis: channelsFirst ? 1 : 3,
    };
  });

const others: Case[] = [
  { title: 'dense', layer: tfl.layers.dense({ units: 4, biasInitializer: 'ones' }), input: [2, 5] },
  { title: 'dense on pictures', layer: tfl.layers.dense({ units: 4 }), input: [2, 3, 4, 5] },
  { title: 'flatten', layer: tfl.layers.flatten(), input: [2, 3, 4, 5] },
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
  },
  {
    title: 'zero padding, channels first',
    layer: tfl.layers.zeroPadding2d({ padding: 2, dataFormat: 'channelsFirst' }),
    input: [2, 3, 4, 2],
    channelAxis: 1,
  },
  { title: 'dropout', layer: tfl.layers.dropout({ rate: 0.5 }), input: [2, 3, 4, 2] },
  { title: 'gaussian noise', layer: tfl.layers.gaussianNoise({ stddev: 1 }), input: [2, 3, 4, 2] },
];

/** Whether a stride wider than the window skips cells at the end, which tfjs gets wrong on wasm. */
function leavesCellsOut(layer: Layer, input: readonly number[], channelAxis: number): boolean {
  const { padding, kernelSize, strides } = layer.getConfig() as Record<'kernelSize' | 'strides', number[]> & {
    padding: string;
  };
  const extent = extentOf(input, channelAxis);
  return (
    padding === 'same' &&
    extent.some((cells, axis) => (Math.ceil(cells / strides[axis]!) - 1) * strides[axis]! + kernelSize[axis]! < cells)
  );
}

/** ⟨Ax, y⟩ and ⟨x, Aᵀy⟩, with A taken from the layer's own call and Aᵀ from the mirror. */
async function bothProducts({ layer, input, channelAxis }: Case): Promise<{ up: number; down: number; size: number }> {
  const axis = channelAxis ?? input.length - 1;
  const scalars = tf.tidy(() => {
    const x = tf.randomNormal(input, 0, 1, 'float32', 3);
    const run = (value: tf.Tensor): tf.Tensor => layer.apply(value, { training: false }) as tf.Tensor;
    const linear = tf.sub(run(x), run(tf.zeros(input)));
    const y = tf.randomNormal(linear.shape, 0, 1, 'float32', 5);
    const [step] = builtInMirror(layer, resolveRule({})) as [Mirror];
    const prepared = step.prepare?.(layer) ?? [];
    const outputAxis = linear.rank === input.length ? axis : linear.rank - 1;
    const below = step.down(y, {
      layer,
      prepared,
      recorded: [],
      inputShapes: [input],
      outputShape: linear.shape,
      inputRegions: [wholeRegion(extentOf(input, axis))],
      outputRegion: wholeRegion(extentOf(linear.shape, outputAxis)),
    }) as tf.Tensor;
    expect(below.shape).toEqual(input);
    return tf.stack([tf.sum(tf.mul(linear, y)), tf.sum(tf.mul(x, below)), tf.sum(tf.abs(tf.mul(linear, y)))]);
  });
  const [up, down, size] = await scalars.data();
  scalars.dispose();
  return { up: up!, down: down!, size: size! };
}

describe.each(backends)('linear mirrors on %s', (backend) => {
  beforeAll(() => use(backend));

  it('are adjoint to Conv2D for every stride, padding, dilation and data format', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (one) => {
        // There the layer's own call is wrong; see wrong-calls.test.ts.
        fc.pre(backend === 'cpu' || !leavesCellsOut(one.layer, one.input, one.channelAxis!));
        const { up, down, size } = await bothProducts(one);
        expect(size, one.title).toBeGreaterThan(0);
        expect(Math.abs(up - down), one.title).toBeLessThanOrEqual(1e-5 * size + 1e-6);
        one.layer.dispose();
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it.each(others)('are adjoint to $title', async (one) => {
    const { up, down, size } = await bothProducts(one);
    expect(size).toBeGreaterThan(0);
    expect(Math.abs(up - down)).toBeLessThanOrEqual(1e-5 * size);
  });
});
