import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import type { Layer } from '../../../src/network/layer-access.js';
import { backends, use } from '../../support/backends.js';
import { expectAdjoint, expectManySeeds, expectRegions, type MirrorCase } from '../../support/mirrors/run-mirror.js';

const { cropping2D, flatten, permute, repeatVector, rescaling, reshape, upSampling2d, zeroPadding2d } = tfl.layers;

const PICTURES = [2, 6, 7, 3];
const first = { channelAxis: 1, inputChannelAxes: [1] };

const cropped = (dataFormat: 'channelsFirst' | 'channelsLast'): Layer =>
  cropping2D({
    cropping: [
      [1, 2],
      [0, 3],
    ],
    dataFormat,
  });

const padded = (dataFormat: 'channelsFirst' | 'channelsLast'): Layer =>
  zeroPadding2d({
    padding: [
      [1, 2],
      [0, 3],
    ],
    dataFormat,
  });

const cases: MirrorCase[] = [
  { title: 'Rescaling', layer: rescaling({ scale: 1 / 127.5, offset: -1 }), inputs: [PICTURES] },
  { title: 'Rescaling a vector', layer: rescaling({ scale: -2, offset: 0.5 }), inputs: [[2, 5]] },
  {
    title: 'Rescaling, a scale a channel',
    layer: rescaling({ scale: [1, 2, -3] as unknown as number, offset: [1, 2, 3] as unknown as number }),
    inputs: [PICTURES],
  },
  {
    title: 'Rescaling, a scale a column',
    layer: rescaling({ scale: [1, 2, -3] as unknown as number, offset: 1 }),
    inputs: [PICTURES],
    ...first,
  },
  { title: 'Reshape to a picture', layer: reshape({ targetShape: [2, 3, 4] }), inputs: [[2, 24]] },
  { title: 'Reshape, one size open', layer: reshape({ targetShape: [4, -1] }), inputs: [[2, 3, 4, 2]] },
  { title: 'Reshape, axes of 1', layer: reshape({ targetShape: [1, 1, 5] }), inputs: [[2, 5]] },
  { title: 'Flatten', layer: flatten(), inputs: [PICTURES] },
  {
    title: 'Flatten, channels first',
    layer: flatten({ dataFormat: 'channelsFirst' }),
    inputs: [PICTURES],
    channelAxis: 1,
    inputChannelAxes: [1],
  },
  { title: 'Permute, channels to the front', layer: permute({ dims: [3, 1, 2] }), inputs: [PICTURES], channelAxis: 1 },
  {
    title: 'Permute, channels to the end',
    layer: permute({ dims: [2, 3, 1] }),
    inputs: [PICTURES],
    inputChannelAxes: [1],
  },
  { title: 'Permute, rows and columns', layer: permute({ dims: [2, 1, 3] }), inputs: [PICTURES] },
  { title: 'Permute of a sequence', layer: permute({ dims: [2, 1] }), inputs: [[2, 4, 5]] },
  { title: 'RepeatVector', layer: repeatVector({ n: 4 }), inputs: [[2, 5]] },
  { title: 'Cropping2D', layer: cropped('channelsLast'), inputs: [PICTURES] },
  { title: 'Cropping2D, channels first', layer: cropped('channelsFirst'), inputs: [[2, 3, 6, 7]], ...first },
  { title: 'Cropping2D, equal sides', layer: cropping2D({ cropping: [2, 1] as never }), inputs: [[2, 9, 8, 3]] },
  { title: 'ZeroPadding2D', layer: padded('channelsLast'), inputs: [PICTURES] },
  { title: 'ZeroPadding2D, channels first', layer: padded('channelsFirst'), inputs: [[2, 3, 6, 7]], ...first },
  { title: 'Dropout', layer: tfl.layers.dropout({ rate: 0.5 }), inputs: [PICTURES] },
  { title: 'UpSampling2D', layer: upSampling2d({}), inputs: [PICTURES] },
  { title: 'UpSampling2D by 42', layer: upSampling2d({ size: [42, 1] }), inputs: [[1, 3, 2, 1]] },
];

describe.each(backends)('layers that change shapes, on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(cases)('$title: the adjoint', (one) => expectAdjoint(one));

  it.each(cases)('$title: many seeds, one picture', (one) => expectManySeeds(one));

  it.each(cases.filter(({ title, inputs }) => inputs[0]!.length === 4 && !/Reshape|Flatten/.test(title)))(
    '$title: regions',
    async (one) => {
      await expectRegions(one, { start: [1, 0], size: [2, 1] });
      await expectRegions(one, { start: [2, -1], size: [4, 4] });
      await expectRegions(one, { start: [-2, 1], size: [9, 3] }, {}, 0);
    },
  );

  it('Reshape and RepeatVector: regions of what they make', async () => {
    const [, , , , pictured] = cases;
    await expectRegions(pictured!, { start: [1, -1], size: [2, 3] });
    const repeated = cases.find(({ title }) => title === 'RepeatVector')!;
    await expectRegions(repeated, { start: [2], size: [3] });
  });

  const upSamplings = fc
    .record({
      size: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
      interpolation: fc.constantFrom('nearest' as const, 'bilinear' as const),
      dataFormat: fc.constantFrom('channelsFirst' as const, 'channelsLast' as const),
      extent: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
      maps: fc.integer({ min: 1, max: 3 }),
      start: fc.tuple(fc.integer({ min: -3, max: 8 }), fc.integer({ min: -3, max: 8 })),
      cells: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
      margin: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ extent, maps, start, cells, margin, ...options }): [MirrorCase, number[], number[], number] => {
      const channelsFirst = options.dataFormat === 'channelsFirst';
      const layer = upSampling2d({ ...options, size: [...options.size] });
      const inputs = [channelsFirst ? [1, maps, ...extent] : [1, ...extent, maps]];
      const from = start.map((cell, axis) => Math.min(cell, extent[axis]! * options.size[axis]! - 1));
      const size = cells.map((count, axis) => Math.max(count, 1 - from[axis]!));
      const title = JSON.stringify({ ...options, inputs, from, size, margin });
      return [{ title, layer, inputs, ...(channelsFirst ? first : {}) }, from, size, margin];
    });

  it('UpSampling2D: the adjoint and regions, for every size, interpolation and data format', async () => {
    await fc.assert(
      fc.asyncProperty(upSamplings, async ([one, start, size, margin]) => {
        await expectAdjoint(one);
        await expectRegions(one, { start, size }, {}, margin);
      }),
      { numRuns: 100, seed: 5 },
    );
  });
});

describe('the reach of layers that change shapes', () => {
  const windowOf = (layer: Layer, shape: number[], channelAxis: number, inputChannelAxis: number): unknown =>
    builtInMirror(layer, resolveRule({}), {
      channelAxis,
      inputChannelAxes: [inputChannelAxis],
      inputShapes: [shape],
    })![0]!.window;

  it('is one cell for a Permute that moves the channels alone', () => {
    expect(windowOf(permute({ dims: [3, 1, 2] }), PICTURES, 1, 3)).toBe('pointwise');
    expect(windowOf(permute({ dims: [2, 3, 1] }), PICTURES, 3, 1)).toBe('pointwise');
    expect(windowOf(permute({ dims: [2, 1, 3] }), PICTURES, 3, 3)).toBeUndefined();
    expect(windowOf(permute({ dims: [3, 1, 2] }), PICTURES, 1, 1)).toBeUndefined();
  });

  it('is one cell, elsewhere, for a crop', () => {
    expect(windowOf(cropped('channelsLast'), PICTURES, 3, 3)).toEqual({
      size: [1, 1],
      stride: [1, 1],
      padding: [
        [-1, -2],
        [-0, -3],
      ],
    });
  });

  it('holds all inputs that an upsampled cell is made of', () => {
    for (const interpolation of ['nearest', 'bilinear'] as const) {
      const layer = upSampling2d({ size: [3, 2], interpolation });
      expect(windowOf(layer, PICTURES, 3, 3)).toMatchObject({ stride: [3, 2], transposed: true });
    }
  });
});
