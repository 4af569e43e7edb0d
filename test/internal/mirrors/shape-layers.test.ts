import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Layer } from '../../../src/network/layer-access.js';
import { backends, use } from '../../support/backends.js';
import { expectAdjoint, expectManySeeds, expectRegions } from '../../support/mirrors/expect-mirror.js';
import { LayerBench } from '../../support/mirrors/layer-bench.js';
import { type LayerCase, layerCase } from '../../support/mirrors/layer-case.js';

const { cropping2D, flatten, permute, repeatVector, rescaling, reshape, upSampling2d, zeroPadding2d } = tfl.layers;

const IMAGE = [6, 7, 3];
const first = { channelAxis: 1 };

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

const on = (title: string, layer: Layer, shape: number[] = IMAGE, more: Partial<LayerCase> = {}): LayerCase =>
  layerCase(() => layer, [shape], { title, ...more });

const cases: LayerCase[] = [
  on('Rescaling', rescaling({ scale: 1 / 127.5, offset: -1 })),
  on('Rescaling a vector', rescaling({ scale: -2, offset: 0.5 }), [5]),
  on('Rescaling, a scale per channel', rescaling({ scale: [1, 2, -3] as never, offset: [1, 2, 3] as never })),
  on('Rescaling, a scale per column', rescaling({ scale: [1, 2, -3] as never, offset: 1 }), IMAGE, first),
  on('Reshape to an image', reshape({ targetShape: [2, 3, 4] }), [24]),
  on('Reshape, one size open', reshape({ targetShape: [4, -1] }), [3, 4, 2]),
  on('Reshape, axes of 1', reshape({ targetShape: [1, 1, 5] }), [5]),
  on('Flatten', flatten()),
  on('Flatten, channels first', flatten({ dataFormat: 'channelsFirst' }), IMAGE, first),
  on('Permute, channels to the front', permute({ dims: [3, 1, 2] }), IMAGE, { channelAxis: 1, inputChannelAxis: 3 }),
  on('Permute, channels to the end', permute({ dims: [2, 3, 1] }), IMAGE, { channelAxis: 3, inputChannelAxis: 1 }),
  on('Permute, rows and columns', permute({ dims: [2, 1, 3] })),
  on('Permute of a sequence', permute({ dims: [2, 1] }), [4, 5]),
  on('RepeatVector', repeatVector({ n: 4 }), [5]),
  on('Cropping2D', cropped('channelsLast')),
  on('Cropping2D, channels first', cropped('channelsFirst'), [3, 6, 7], first),
  on('Cropping2D, equal sides', cropping2D({ cropping: [2, 1] as never }), [9, 8, 3]),
  on('ZeroPadding2D', padded('channelsLast')),
  on('ZeroPadding2D, channels first', padded('channelsFirst'), [3, 6, 7], first),
  on('Dropout', tfl.layers.dropout({ rate: 0.5 })),
  on('UpSampling2D', upSampling2d({})),
  on('UpSampling2D by 42', upSampling2d({ size: [42, 1] }), [3, 2, 1], { batch: 1 }),
];

describe.each(backends)('layers that change shapes, on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(cases)('$title: the adjoint', (one) => expectAdjoint(one));

  it.each(cases)('$title: many seeds, one image', (one) => expectManySeeds(one));

  it.each(cases.filter(({ title, inputShapes }) => inputShapes[0]!.length === 3 && !/Reshape|Flatten/.test(title)))(
    '$title: regions',
    async (one) => {
      await expectRegions(one, { start: [1, 0], size: [2, 1] });
      await expectRegions(one, { start: [2, -1], size: [4, 4] });
      await expectRegions(one, { start: [-2, 1], size: [9, 3] }, {}, 0);
    },
  );

  it('Reshape and RepeatVector: regions of what they make', async () => {
    const imaged = cases.find(({ title }) => title === 'Reshape to an image')!;
    await expectRegions(imaged, { start: [1, -1], size: [2, 3] });
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
    .map(({ extent, maps, start, cells, margin, ...options }): [LayerCase, number[], number[], number] => {
      const channelsFirst = options.dataFormat === 'channelsFirst';
      const layer = upSampling2d({ ...options, size: [...options.size] });
      const shape = channelsFirst ? [maps, ...extent] : [...extent, maps];
      const from = start.map((cell, axis) => Math.min(cell, extent[axis]! * options.size[axis]! - 1));
      const size = cells.map((count, axis) => Math.max(count, 1 - from[axis]!));
      const title = JSON.stringify({ ...options, shape, from, size, margin });
      return [on(title, layer, shape, { batch: 1, ...(channelsFirst && first) }), from, size, margin];
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
  const windowOf = (layer: Layer, channelAxis: number, inputChannelAxis: number): unknown =>
    new LayerBench(on('reach', layer, IMAGE, { channelAxis, inputChannelAxis })).mirror.window;

  it('is one cell for a Permute that moves only the channels', () => {
    expect(windowOf(permute({ dims: [3, 1, 2] }), 1, 3)).toBe('pointwise');
    expect(windowOf(permute({ dims: [2, 3, 1] }), 3, 1)).toBe('pointwise');
    expect(windowOf(permute({ dims: [2, 1, 3] }), 3, 3)).toBeUndefined();
    expect(windowOf(permute({ dims: [3, 1, 2] }), 1, 1)).toBeUndefined();
  });

  it('is one cell, elsewhere, for a crop', () => {
    expect(windowOf(cropped('channelsLast'), 3, 3)).toEqual({
      size: [1, 1],
      stride: [1, 1],
      padding: [
        [-1, -2],
        [-0, -3],
      ],
    });
  });

  it('contains all inputs that an upsampled cell is made of', () => {
    for (const interpolation of ['nearest', 'bilinear'] as const) {
      const layer = upSampling2d({ size: [3, 2], interpolation });
      expect(windowOf(layer, 3, 3)).toMatchObject({ stride: [3, 2], transposed: true });
    }
  });
});
