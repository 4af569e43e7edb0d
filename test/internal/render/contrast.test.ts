import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/input/picture.js';
import { resizePicture } from '../../../src/node/gallery/resize-picture.js';
import { clippedShare, scaleOfValues } from '../../../src/render/contrast.js';
import { renderProjection, renderProjections } from '../../../src/render/render-projection.js';
import { spans } from '../../../src/render/resize-grid.js';
import { use } from '../../support/backends.js';
import { projectionOf } from '../../support/render/projection-of.js';

beforeAll(() => use('cpu'));

/** The first channel of a picture, line by line. */
const greys = ({ data }: Picture): number[] => Array.from({ length: data.length / 4 }, (_, cell) => data[cell * 4]!);

describe('the scale', () => {
  it('is a percentile of the absolute values that are not zero, found by sorting', () => {
    const values = fc.array(fc.float({ noNaN: true, min: -50, max: 50 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 51, max: 100 }),
        (lists, percentile) => {
          const sizes = lists
            .flat()
            .map(Math.abs)
            .filter((size) => size > 0)
            .sort((a, b) => a - b);
          const scale = scaleOfValues(lists, percentile);
          if (sizes.length === 0) {
            expect(scale).toBe(0);
            return;
          }
          const within = (limit: number): number => sizes.filter((size) => size <= limit).length / sizes.length;
          expect(sizes).toContain(scale);
          expect(within(scale)).toBeGreaterThanOrEqual(percentile / 100 - 1e-12);
          const smaller = sizes.filter((size) => size < scale).at(-1);
          if (smaller !== undefined) expect(within(smaller)).toBeLessThan(percentile / 100);
          expect(clippedShare(lists, scale)).toBeCloseTo(1 - within(scale), 12);
        },
      ),
    );
  });

  it('of a drawing is the 99.5th percentile by default; what is beyond it is clipped and counted', async () => {
    // 400 values from 1 to 400, and 100 zeros, which do not count.
    const values = Array.from({ length: 500 }, (_, i) => (i < 400 ? (i % 2 === 0 ? 1 : -1) * (i + 1) : 0));
    const drawn = await renderProjection(projectionOf(values, [20, 25, 1]));
    expect(drawn.scale).toBe(398);
    expect(drawn.clipped).toBe(2 / 400);
    const levels = greys(drawn);
    expect([levels[0], levels[99], levels[397], levels[398], levels[399], levels[450]]).toEqual([
      Math.round(128 + 127 / 398),
      Math.round(128 - (127 * 100) / 398),
      1,
      255,
      1,
      128,
    ]);
    const at = async (contrast: 'max' | number) => renderProjection(projectionOf(values, [20, 25, 1]), { contrast });
    expect(await at('max')).toMatchObject({ scale: 400, clipped: 0 });
    expect(await at(75)).toMatchObject({ scale: 300, clipped: 0.25 });
    // A picture is still an ImageData: its other members do no harm.
    expect(drawn.data).toHaveLength(20 * 25 * 4);
  });

  it('is pooled over the tiles that share it, and each tile says what share of it is clipped', async () => {
    const weak = projectionOf(
      Float32Array.from({ length: 100 }, () => 1),
      [10, 10, 1],
    );
    const strong = projectionOf(
      Float32Array.from({ length: 100 }, (_, i) => (i < 10 ? 100 : 2)),
      [10, 10, 1],
    );
    const common = await renderProjections([weak, strong], { contrast: 95 });
    // Of 200 values, 190 are at most 2.
    expect(common.map(({ scale, clipped }) => [scale, clipped])).toEqual([
      [2, 0],
      [2, 0.1],
    ]);
    expect([greys(common[0]!)[0], greys(common[1]!)[0], greys(common[1]!)[50]]).toEqual([192, 255, 255]);
    const each = await renderProjections([weak, strong], { contrast: 95, scale: 'each' });
    expect(each.map(({ scale }) => scale)).toEqual([1, 100]);
  });

  it('is followed by gamma, which keeps signs and full values', async () => {
    const drawn = await renderProjection(projectionOf([1, -0.25, 0, 0.04], [1, 4, 1]), { gamma: 0.5 });
    expect(greys(drawn)).toEqual([255, 64, 128, Math.round(128 + 127 * 0.2)]);
  });

  it.each([
    [{ contrast: 50 }, /contrast is 'percentile', 'max', or a percentile over 50/],
    [{ contrast: 101 }, /percentile over 50 and at most 100/],
    [{ contrast: 'min' as 'max' }, /"min"/],
    [{ gamma: 0 }, /gamma is a finite number above 0/],
    [{ tile: 1.5 }, /tile is a whole number of pixels/],
  ])('refuses %o', async (options, message) => {
    const drawing = renderProjection(projectionOf([1], [1, 1, 1]), options);
    await expect(drawing).rejects.toMatchObject({ code: 'invalid-option', message: expect.stringMatching(message) });
  });
});

describe('the size of a drawing', () => {
  it('is reached by averaging values before they get contrast, so that a pattern does not become grey', async () => {
    // Columns of 1 and -0.5: shrunk to half its width, each value is 0.25.
    const stripes = projectionOf(
      Float32Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 1 : -0.5)),
      [8, 8, 1],
    );
    const full = await renderProjection(stripes);
    expect(greys(await renderProjection(stripes, { tile: 4 }))).toEqual(Array.from({ length: 16 }, () => 255));
    // Drawn first and shrunk afterwards, it was close to mid-grey.
    expect(greys(resizePicture(full, { width: 4, height: 4 }))).toEqual(Array.from({ length: 16 }, () => 160));
  });

  it('averages by area, with the proportions of the projection', async () => {
    const ramp = projectionOf([0, 3, 6, 9, 12, 15], [2, 3, 1]);
    const drawn = await renderProjection(ramp, { tile: 2, contrast: 'max' });
    // Two thirds of 2 rows are 1 row; each of its cells is the mean of 3 values, the middle ones for a half each.
    expect([drawn.width, drawn.height]).toEqual([2, 1]);
    const [left, right] = [(0 + 9 + (3 + 12) / 2) / 3, (6 + 15 + (3 + 12) / 2) / 3];
    expect(drawn.scale).toBeCloseTo(right, 5);
    expect(greys(drawn)).toEqual([Math.round(128 + (127 * left) / right), 255]);
  });

  it('is reached by repeating pixels if the projection is smaller', async () => {
    const drawn = await renderProjection(projectionOf([1, -1, 0.5, 0], [2, 2, 1]), { tile: 7 });
    expect([drawn.width, drawn.height]).toEqual([6, 6]);
    expect(greys(drawn).slice(0, 6)).toEqual([255, 255, 255, 1, 1, 1]);
    expect(greys(drawn).slice(30)).toEqual([192, 192, 192, 128, 128, 128]);
  });

  it('shares each cell out completely, whatever the sizes', () => {
    const side = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(side, side, (from, to) => {
        const given = new Float64Array(from);
        for (const { from: first, weights } of spans(from, to)) {
          for (const [i, weight] of weights.entries()) given[first + i]! += weight;
          expect(Math.min(...weights)).toBeGreaterThan(0);
        }
        expect([...given]).toEqual(Array.from({ length: from }, () => to));
      }),
    );
  });

  it('leaves no tensors', async () => {
    const projection = projectionOf([1, 2, 3, 4], [1, 2, 2], { channelAxis: 0 });
    const { numTensors } = tf.memory();
    await renderProjection(projection, { tile: 1 });
    await expect(renderProjection(projection, { tile: 0 })).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
