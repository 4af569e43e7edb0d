import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import type { Layer } from '../../../src/network/layer-access.js';
import { backends, use } from '../../support/backends.js';
import { tiedValues } from '../../support/generated.js';
import {
  applyLayer,
  expectAdjoint,
  expectGradient,
  expectManySeeds,
  expectRegions,
  expectSame,
  sendDown,
} from '../../support/mirrors/expect-mirror.js';
import { LayerBench } from '../../support/mirrors/layer-bench.js';
import { layerCase } from '../../support/mirrors/layer-case.js';

const { add, average, concatenate, maximum, minimum, multiply } = tfl.layers;

/** Two or three inputs that broadcast against each other: sizes of 1, and lower ranks. */
const broadcasts: fc.Arbitrary<{ batch: number; inputShapes: number[][] }> = fc
  .record({
    output: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    batch: fc.integer({ min: 1, max: 2 }),
    inputs: fc.array(
      fc.record({ drop: fc.integer({ min: 0, max: 2 }), ones: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }) }),
      { minLength: 1, maxLength: 2 },
    ),
    first: fc.nat({ max: 2 }),
  })
  .map(({ output, batch, inputs, first }) => {
    const others = inputs.map(({ drop, ones }) =>
      output.slice(Math.min(drop, output.length - 1)).map((size, axis) => (ones[axis] ? 1 : size)),
    );
    const place = Math.min(first, others.length);
    return { batch, inputShapes: [...others.slice(0, place), output, ...others.slice(place)] };
  });

const squeezeAndExcite = [
  [5, 4, 3],
  [1, 1, 3],
];
const perPlace = [
  [5, 4, 3],
  [5, 4, 1],
];
const equal = [
  [5, 4, 3],
  [5, 4, 3],
  [5, 4, 3],
];
const ranks = [[4, 3], [5, 4, 3], [3]];

describe.each(backends)('merge layers on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each([
    ['Add', () => add()],
    ['Average', () => average()],
  ] as const)('%s sums over the axes that were broadcast', async (title, make) => {
    await fc.assert(
      fc.asyncProperty(broadcasts, async ({ inputShapes, batch }) => {
        await expectAdjoint(layerCase(make, inputShapes, { title: `${title} ${JSON.stringify(inputShapes)}`, batch }));
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it.each([
    ['Multiply', () => multiply()],
    ['Maximum', () => maximum()],
    ['Minimum', () => minimum()],
    ['Add', () => add()],
    ['Average', () => average()],
  ] as const)('%s has its gradient', async (title, make) => {
    await fc.assert(
      fc.asyncProperty(broadcasts, async ({ inputShapes, batch }) => {
        const layer = make() as Layer;
        const rank = 1 + Math.max(...inputShapes.map(({ length }) => length));
        // The gradients of tf.maximum and tf.minimum know no broadcasting.
        const run = (xs: tf.Tensor[]): tf.Tensor => {
          const output = applyLayer(layer, xs).shape;
          const stretched = xs.map((x) => {
            const expanded = tf.reshape(x, [x.shape[0]!, ...Array<number>(rank - x.rank).fill(1), ...x.shape.slice(1)]);
            return tf.add(expanded, tf.zeros(output));
          });
          return applyLayer(layer, stretched);
        };
        const more = { title: `${title} ${JSON.stringify(inputShapes)}`, batch };
        await expectGradient(
          layerCase(() => layer, inputShapes, more),
          undefined,
          run,
        );
      }),
      { numRuns: 40, seed: 6 },
    );
  });

  it.each([
    ['Multiply', () => multiply()],
    ['Maximum', () => maximum()],
    ['Minimum', () => minimum()],
    ['Add', () => add()],
    ['Average', () => average()],
  ] as const)('%s works on regions and for many seeds', async (title, make) => {
    for (const shapes of [equal, perPlace, squeezeAndExcite, ranks]) {
      const one = layerCase(make, shapes, { title: `${title} ${JSON.stringify(shapes)}` });
      await expectManySeeds(one);
      await expectRegions(one, { start: [2, -1], size: [4, 3] });
      await expectRegions(one, { start: [0, 1], size: [5, 2] }, {}, 0);
    }
  });

  it('reads one cell if no input is broadcast along a spatial axis, and everything below if one is', () => {
    const windowOf = (shapes: number[][]): unknown => new LayerBench(layerCase(() => multiply(), shapes)).mirror.window;
    expect(windowOf(equal)).toBe('pointwise');
    expect(windowOf(perPlace)).toBe('pointwise');
    expect(windowOf(squeezeAndExcite)).toBeUndefined();
    expect(windowOf(ranks)).toBeUndefined();
    expect(builtInMirror(multiply() as Layer, resolveRule({}))![0]!.window).toBeUndefined();
  });

  it.each([
    ['Maximum', () => maximum(), (value: number, best: number) => value > best],
    ['Minimum', () => minimum(), (value: number, best: number) => value < best],
  ] as const)('%s gives the signal to the winner, among equals to the first', async (_, make, beats) => {
    const three = fc.tuple(tiedValues(24), tiedValues(24), tiedValues(24));
    await fc.assert(
      fc.asyncProperty(three, async (values) => {
        const inputs = values.map((value) => tf.tensor(value, [2, 3, 4]));
        const signal = tf.randomNormal([2, 3, 4], 0, 1, 'float32', 5);
        const given = Array.from(await signal.data());
        const winners = given.map((_value, at) =>
          values.reduce((best, value, i) => (beats(value[at]!, values[best]![at]!) ? i : best), 0),
        );
        const want = inputs.map((_input, i) =>
          tf.tensor(
            given.map((value, at) => (winners[at] === i ? value : 0)),
            [2, 3, 4],
          ),
        );
        const one = layerCase(
          make,
          inputs.map(() => [3, 4]),
        );
        await expectSame(sendDown(one, inputs, signal), want);
      }),
      { numRuns: 30, seed: 7 },
    );
  });
});

describe.each(backends)('Concatenate on %s', (backend) => {
  beforeAll(() => use(backend));

  const shapes = fc.integer({ min: 2, max: 5 }).chain((rank) =>
    fc.record({
      axis: fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: rank - 1 })),
      shape: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: rank, maxLength: rank }),
      sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }),
    }),
  );

  it('slices along any axis', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ axis, shape, sizes }) => {
        const at = axis < 0 ? shape.length - 1 : axis;
        const shapes = sizes.map((size) => shape.map((cells, i) => (i === at ? size : cells)).slice(1));
        const more = { title: `${axis} ${JSON.stringify(shapes)}`, batch: shape[0]! };
        await expectAdjoint(layerCase(() => concatenate({ axis }), shapes, more));
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('works on regions', async () => {
    const columns = { start: [-1, 2], size: [4, 5] };
    const channels = [
      [6, 5, 3],
      [6, 5, 2],
    ];
    await expectRegions(
      layerCase(() => concatenate(), channels, { title: 'channels', batch: 1 }),
      columns,
    );
    const rows = [
      [2, 5, 3],
      [4, 5, 3],
    ];
    await expectRegions(
      layerCase(() => concatenate({ axis: 1 }), rows, { title: 'rows', batch: 1 }),
      columns,
    );
    const first = { title: 'channels first', batch: 1, channelAxis: 1 };
    await expectRegions(
      layerCase(() => concatenate({ axis: 1 }), rows, first),
      { start: [-1, 1], size: [4, 3] },
    );
  });
});
