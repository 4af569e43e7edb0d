import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import {
  expectGradient,
  expectManySeeds,
  expectRegions,
  expectSame,
  sendDown,
} from '../../support/mirrors/expect-mirror.js';
import { LayerBench } from '../../support/mirrors/layer-bench.js';
import { type LayerCase, layerCase } from '../../support/mirrors/layer-case.js';
import { noiseTensor } from '../../support/project/networks.js';

type Options = NonNullable<Parameters<typeof tfl.layers.layerNormalization>[0]>;

/** A layer normalisation with weights that are none of them 0 or 1. */
function trained(options: Options, shape: number[]): LayerCase {
  const layer = tfl.layers.layerNormalization(options);
  layer.apply(tf.zeros(shape));
  layer.setWeights(layer.getWeights().map((weight, i) => noiseTensor(weight.shape, i + 1)));
  const more = { title: JSON.stringify({ ...options, shape }), batch: shape[0]! };
  return layerCase(() => layer, [shape.slice(1)], more);
}

const shapes = fc.integer({ min: 2, max: 4 }).chain((rank) =>
  fc.record({
    shape: fc.array(fc.integer({ min: 2, max: 5 }), { minLength: rank, maxLength: rank }),
    axis: fc.oneof(
      fc.constant(-1),
      fc.integer({ min: 1, max: rank - 1 }),
      fc.subarray(
        Array.from({ length: rank - 1 }, (_, i) => i + 1),
        { minLength: 1 },
      ),
    ),
    scale: fc.boolean(),
    center: fc.boolean(),
    epsilon: fc.constantFrom(1e-3, 0.1),
  }),
);

/** gamma / sqrt(variance + epsilon) times the signal, in plain loops over the groups that share statistics. */
async function oracle(one: LayerCase, options: Options, x: Float32Array, signal: Float32Array): Promise<Float32Array> {
  const shape = [one.batch!, ...one.inputShapes[0]!];
  const axes = [options.axis ?? -1].flat().map((axis) => (axis < 0 ? axis + shape.length : axis));
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const coordinates = (at: number): number[] => shape.map((size, axis) => Math.floor(at / strides[axis]!) % size);
  const group = (at: number): string =>
    coordinates(at)
      .map((cell, axis) => (axes.includes(axis) ? '*' : cell))
      .join();
  const members = new Map<string, number[]>();
  for (const [at, value] of x.entries()) members.set(group(at), [...(members.get(group(at)) ?? []), value]);
  const gamma = options.scale ? await one.make().getWeights()[0]!.data() : undefined;
  return signal.map((value, at) => {
    const values = members.get(group(at))!;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    const place = axes.reduce((flat, axis) => flat * shape[axis]! + coordinates(at)[axis]!, 0);
    return (value * (gamma ? gamma[place]! : 1)) / Math.sqrt(variance + (options.epsilon ?? 1e-3));
  });
}

describe.each(backends)('LayerNormalization on %s', (backend) => {
  beforeAll(() => use(backend));

  it('is scaled by the recorded statistics, over any axes, with and without scale and center', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape, ...options }) => {
        const one = trained(options, shape);
        const [x, signal] = [noiseTensor(shape, 8), noiseTensor(shape, 9)];
        const want = tf.tensor(
          await oracle(one, options, (await x.data()) as Float32Array, (await signal.data()) as Float32Array),
          shape,
        );
        for (const rule of ['deconvnet', 'guided'] as const) {
          await expectSame(sendDown(one, [x], signal, { rule }), [want], one.title, 1e-4);
        }
        const bench = new LayerBench(one);
        const output = bench.apply([x]);
        await expectSame([bench.mirror.up!([x], bench.context([x], output))], [output], one.title, 1e-4);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('has its gradient under the rule gradient', async () => {
    await use('cpu');
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape, ...options }) => {
        // With only two values the derivative is a difference of nearly equal numbers.
        const one = trained({ ...options, epsilon: 0.1 }, shape);
        const axes = [options.axis].flat().map((axis) => (axis < 0 ? axis + shape.length : axis));
        const shaped = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
        const gamma = options.scale ? tf.reshape(one.make().getWeights()[0]!, shaped) : tf.ones([1]);
        // The layer's own gradient fails without a scale.
        await expectGradient(one, undefined, ([x]) => {
          const { mean, variance } = tf.moments(x!, axes, true);
          return tf.mul(gamma, tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 0.1))));
        });
      }),
      { numRuns: 40, seed: 6 },
    );
    await use(backend);
  });

  it('works on regions and for many seeds, over channels, rows, and both', async () => {
    for (const options of [{}, { axis: 1 }, { axis: [1, 3] }, { axis: [1, 2, 3] }]) {
      const one = trained(options, [2, 6, 5, 3]);
      for (const rule of ['deconvnet', 'gradient'] as const) {
        await expectManySeeds(one, { rule });
        await expectRegions(one, { start: [-1, 2], size: [4, 5] }, { rule });
      }
      const channelsFirst = { ...one, channelAxis: 1 };
      await expectRegions(channelsFirst, { start: [2, -1], size: [4, 3] });
    }
  });

  it('reads one cell over the channels, and everything below elsewhere', () => {
    const windowOf = (options: Options, channelAxis: number): unknown =>
      new LayerBench({ ...trained(options, [2, 6, 5, 3]), channelAxis }).mirror.window;
    expect(windowOf({}, 3)).toBe('pointwise');
    expect(windowOf({ axis: 1 }, 1)).toBe('pointwise');
    expect(windowOf({}, 1)).toBeUndefined();
    expect(windowOf({ axis: [1, 2, 3] }, 3)).toBeUndefined();
  });
});

describe.each(backends)('Masking on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each([
    ['0', {}, 0],
    ['-1', { maskValue: -1 }, -1],
  ] as const)('drops the signal where all features are %s', async (_, options, value) => {
    const layer = tfl.layers.masking(options);
    const shape = [2, 5, 3];
    const x = await noiseTensor(shape, 3).data();
    const signal = noiseTensor(shape, 4);
    const masked = [1, 4, 7];
    for (const step of masked) x.fill(value, step * 3, step * 3 + 3);
    x[0] = value;
    const want = (await signal.data()).slice();
    for (const step of masked) want.fill(0, step * 3, step * 3 + 3);
    const one = layerCase(() => layer, [shape.slice(1)]);
    for (const rule of ['deconvnet', 'guided', 'gradient'] as const) {
      await expectSame(sendDown(one, [tf.tensor(x, shape)], signal, { rule }), [tf.tensor(want, shape)]);
    }
    await expectManySeeds(one);
    await expectRegions(one, { start: [-1], size: [4] });
    await expectRegions({ ...one, channelAxis: 1 }, { start: [1], size: [4] });
  });
});
