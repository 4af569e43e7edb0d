import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, draws, use } from '../../support/backends.js';
import { largest, values } from '../../support/compare.js';
import {
  average,
  convolution,
  depthwise,
  type Grid,
  globalAverage,
  indexOf,
  type LinearLayer,
  matrix,
  type Sliding,
  separable,
  sizeOf,
  transposed,
} from '../../support/mirrors/filter-oracle.js';

import { boundOf, type Step, stepsDown, stepsUp } from '../../support/mirrors/linear-steps.js';
import { positions } from '../../support/mirrors/positions.js';
import { WINDOWED_LAYERS } from '../../support/mirrors/windowed-layers.js';
import { noise } from '../../support/project/networks.js';

interface FilterCase extends Sliding {
  readonly from: Grid;
  readonly filters: number;
  readonly depthMultiplier: number;
  readonly useBias: boolean;
  readonly seed: number;
}

type Weights = readonly ArrayLike<number>[];

const DILATES = ['Conv1D', 'Conv3D', 'SeparableConv2D'];
const CHANNELS_LAST = ['Conv1D', 'AveragePooling1D', 'GlobalAveragePooling1D'];
const ORACLES: Readonly<Record<string, (one: FilterCase, weights: Weights) => LinearLayer>> = {
  Conv1D: (one, [kernel]) => convolution(one.from, one.filters, one, kernel!),
  Conv3D: (one, [kernel]) => convolution(one.from, one.filters, one, kernel!),
  // tfjs ignores the dilation.
  DepthwiseConv2D: (one, [kernel]) =>
    depthwise(one.from, one.depthMultiplier, { ...one, dilationRate: [1, 1] }, kernel!),
  SeparableConv2D: (one, [kernel, mix]) =>
    separable(one.from, { multiplier: one.depthMultiplier, filters: one.filters }, one, [kernel!, mix!]),
  Conv2DTranspose: (one, [kernel]) => transposed(one.from, one.filters, one, kernel!),
  Conv3DTranspose: (one, [kernel]) => transposed(one.from, one.filters, one, kernel!),
  AveragePooling1D: (one) => average(one.from, one),
  AveragePooling2D: (one) => average(one.from, one),
  AveragePooling3D: (one) => average(one.from, one),
  GlobalAveragePooling1D: (one) => globalAverage(one.from),
  GlobalAveragePooling2D: (one) => globalAverage(one.from),
};

function cases(className: string, { channelsLast = CHANNELS_LAST.includes(className) } = {}): fc.Arbitrary<FilterCase> {
  const { rank } = WINDOWED_LAYERS[className]!;
  const perAxis = (min: number, max: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  const most = rank === 3 ? 3 : 4;
  return fc
    .record({
      window: perAxis(1, most),
      strides: perAxis(1, most),
      dilation: perAxis(1, 3),
      dilated: fc.boolean(),
      padding: fc.constantFrom('same' as const, 'valid' as const),
      more: perAxis(0, most),
      channels: fc.integer({ min: 1, max: 3 }),
      channelsFirst: fc.boolean(),
      filters: fc.integer({ min: 1, max: 3 }),
      depthMultiplier: fc.integer({ min: 1, max: 2 }),
      useBias: fc.boolean(),
      seed: fc.integer({ min: 1, max: 1000 }),
    })
    .map(({ dilation, dilated, more, channels, channelsFirst, ...rest }) => {
      const ones = rest.window.map(() => 1);
      const dilationRate =
        dilated && (DILATES.includes(className) || className === 'DepthwiseConv2D') ? dilation : ones;
      // tfjs takes a stride or a dilation, not both.
      const strides = dilated && DILATES.includes(className) ? ones : rest.strides;
      const extent = rest.window.map((size, axis) =>
        className.endsWith('Transpose') ? more[axis]! + 1 : (size - 1) * dilationRate[axis]! + 1 + more[axis]!,
      );
      const first = channelsFirst && !channelsLast;
      // With channels first tfjs adds this layer's bias along the wrong axis.
      const useBias = rest.useBias && !(first && className === 'SeparableConv2D');
      return { ...rest, dilationRate, strides, useBias, from: { extent, maps: channels, channelsFirst: first } };
    });
}

const FILTERS = Object.keys(ORACLES).filter((className) => !className.includes('Pooling'));

const stepOf = (className: string, one: FilterCase, weights: Weights): Step => ({
  layer: ORACLES[className]!(one, weights),
  bias: one.useBias && FILTERS.includes(className) ? weights.at(-1) : undefined,
});

const makeLayer = (className: string, one: FilterCase, activation: 'linear' | 'relu'): tfl.layers.Layer => {
  const { from, window, strides, dilationRate, ...rest } = one;
  const copies = { window: [...window], strides: [...strides], dilationRate: [...dilationRate] };
  const dataFormat = from.channelsFirst ? ('channelsFirst' as const) : ('channelsLast' as const);
  const options = { ...rest, ...copies, dataFormat, activation };
  return WINDOWED_LAYERS[className]!.make(options) as tfl.layers.Layer;
};

const shapeOf = ({ extent, maps, channelsFirst }: Grid): number[] =>
  channelsFirst ? [maps, ...extent] : [...extent, maps];

/** Layers in a row, with reproducible weights, biases last. */
function stack(
  from: Grid,
  layers: readonly tfl.layers.Layer[],
  seed: number,
): { model: tfl.LayersModel; weights: Weights[] } {
  const input = tfl.input({ shape: shapeOf(from) });
  const output = layers.reduce((below, layer) => layer.apply(below) as tfl.SymbolicTensor, input);
  const model = tfl.model({ inputs: input, outputs: output });
  const weights = layers.map((layer, l) => layer.getWeights().map(({ size }, i) => noise(size, seed + 10 * l + i)));
  for (const [l, layer] of layers.entries()) {
    layer.setWeights(layer.getWeights().map(({ shape }, i) => tf.tensor(weights[l]![i]!, shape)));
  }
  return { model, weights };
}

/** `bound`: the same sums with absolute terms. Where terms cancel, rounding is large beside the values. */
function expectEqual(got: readonly number[], want: readonly number[], bound: readonly number[]): void {
  expect(got.length).toBe(want.length);
  expect(largest(got.map((value, i) => value - want[i]!))).toBeLessThanOrEqual(1e-6 * largest(bound));
  if (largest(want) === 0) expect(largest(got)).toBe(0);
}

/**
 * Compares each feature map at one position, and the first one whole. Returns how many projections were not empty,
 * and of two layers had a negative signal between them.
 */
async function compare(model: tfl.LayersModel, steps: readonly Step[], seed: number): Promise<number> {
  const deconvnet = new Deconvnet(model, { rule: 'deconvnet' });
  const layer = model.layers.at(-1)!.name;
  const [{ from }, { to }] = [steps[0]!.layer, steps.at(-1)!.layer];
  const bounds = boundOf(steps);
  const pixels = Array.from(noise(sizeOf(from), seed + 99));
  const image = tf.tensor(pixels, shapeOf(from));
  const top = stepsUp(steps, pixels);
  const most = stepsUp(bounds, pixels.map(Math.abs));
  const activations = await deconvnet.activations(image, layer);
  expect(activations.shape).toEqual(shapeOf(to));
  expectEqual(Array.from(await activations.data()), top, most);
  const all = positions(to.extent);
  const selections = Array.from({ length: to.maps }, (_, map) => ({
    map,
    cells: [all[(seed + 7 * map) % all.length]!],
  }));
  let telling = 0;
  for (const { map, cells } of [...selections, { map: 0, cells: all }]) {
    const kept = cells.map((cell) => indexOf(to, cell, map));
    const seeded = (from: readonly number[]): number[] => from.map((value, at) => (kept.includes(at) ? value : 0));
    const position = cells === all ? 'all' : cells[0]!;
    const projection = await deconvnet.project(image, { layer, featureMap: map, position });
    expect(projection.pixels.shape).toEqual(shapeOf(from));
    expectEqual([projection.activation], [Math.max(...kept.map((at) => top[at]!))], seeded(most));
    const signals = stepsDown(steps, seeded(top));
    expectEqual(await values(projection), signals[0]!, stepsDown(bounds, seeded(most))[0]!);
    const clips = steps.length === 1 || signals[1]!.some((value) => value < 0);
    if (clips && largest(signals[0]!) > 0) telling++;
    projection.dispose();
  }
  deconvnet.dispose();
  model.dispose();
  tf.dispose([image, activations]);
  return telling;
}

describe.each(backends)('filters on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(Object.keys(ORACLES))('%s projects what plain loops project', async (className) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(cases(className), async (one) => {
        const { model, weights } = stack(one.from, [makeLayer(className, one, 'linear')], one.seed);
        compared += await compare(model, [stepOf(className, one, weights[0]!)], one.seed);
      }),
      { numRuns: draws(50), seed: 22 },
    );
    expect(compared).toBeGreaterThan(draws(80));
  });

  it.each([0, 1, 2])('Dense projects what plain loops project, over %i axes of cells', async (rank) => {
    let compared = 0;
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: rank + 2, maxLength: rank + 2 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), fc.integer({ min: 1, max: 1000 }), async (size, useBias, seed) => {
        const [maps, units] = [size[rank]!, size[rank + 1]!];
        const from = { extent: size.slice(0, rank), maps, channelsFirst: false };
        const { model, weights } = stack(from, [tfl.layers.dense({ units, useBias })], seed);
        const [kernel, bias] = weights[0]!;
        compared += await compare(model, [{ layer: matrix(from, units, kernel!), bias }], seed);
      }),
      { numRuns: draws(30), seed: 23 },
    );
    expect(compared).toBeGreaterThan(draws(80));
  });

  it.each(FILTERS)('%s rectifies the signal before it filters', async (className) => {
    let clipped = 0;
    await fc.assert(
      fc.asyncProperty(cases(className, { channelsLast: true }), async (one) => {
        const layers = [makeLayer(className, one, 'relu'), tfl.layers.dense({ units: 3 })];
        const { model, weights } = stack(one.from, layers, one.seed);
        const lower = stepOf(className, one, weights[0]!);
        const [kernel, bias] = weights[1]!;
        clipped += await compare(model, [lower, { layer: matrix(lower.layer.to, 3, kernel!), bias }], one.seed);
      }),
      { numRuns: draws(60), seed: 24 },
    );
    expect(clipped).toBeGreaterThan(draws(30));
  });
});
