import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { projectionBounds } from '../../../src/render/projection-bounds.js';
import { use } from '../../support/backends.js';
import { projectionOf } from '../../support/render/projection-of.js';

beforeAll(() => use('cpu'));

/** The energy of the cells of a picture, from plain loops: rows from `top` to `bottom`, columns from `left` to `right`. */
function energyIn(values: readonly number[], width: number, [top, bottom, left, right]: readonly number[]): number {
  let sum = 0;
  for (let y = top!; y < bottom!; y++) for (let x = left!; x < right!; x++) sum += values[y * width + x]! ** 2;
  return sum;
}

/** How many rows or columns a side may lose: as long as all that it loses has at most this much energy. */
function lost(energyOfFirst: (count: number) => number, length: number, most: number): number {
  let count = 0;
  while (count < length && energyOfFirst(count + 1) <= most) count++;
  return count;
}

it('agrees with a slow search for each side', async () => {
  const sizes = fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) });
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.infiniteStream(fc.integer({ min: -8, max: 8 })),
      fc.constantFrom(0.5, 0.9, 0.95, 1),
      async ({ height: h, width: w }, stream, energy) => {
        const values = [...stream.take(h * w)].map((value) => (Math.abs(value) < 6 ? 0 : value));
        const total = energyIn(values, w, [0, h, 0, w]);
        fc.pre(total > 0);
        const projection = projectionOf(values, [h, w, 1]);
        const { start, size } = await projectionBounds(projection, { energy });
        projection.dispose();
        const most = (total * (1 - energy)) / 4;
        const [top, left] = [
          lost((n) => energyIn(values, w, [0, n, 0, w]), h, most),
          lost((n) => energyIn(values, w, [0, h, 0, n]), w, most),
        ];
        const bottom = h - lost((n) => energyIn(values, w, [h - n, h, 0, w]), h, most);
        const right = w - lost((n) => energyIn(values, w, [0, h, w - n, w]), w, most);
        expect({ start, size }).toEqual({ start: [top, left], size: [bottom - top, right - left] });
        const kept = energyIn(values, w, [top, bottom, left, right]);
        expect(kept).toBeGreaterThanOrEqual(energy * total - 1e-9 * total);
      },
    ),
  );
});

it('is in input pixels, sums over channels wherever they lie, and works with any number of axes', async () => {
  // Two channels first; only the cell in row 1 and column 2 is not zero, in the second channel.
  const values = [...Array.from({ length: 12 }, () => 0), 0, 0, 0, 0, 0, 0, -3, 0, 0, 0, 0, 0];
  const field = { start: [10, -1], size: [3, 4] };
  const cropped = projectionOf(values, [2, 3, 4], { channelAxis: 0, field });
  expect(await projectionBounds(cropped)).toEqual({ start: [11, 1], size: [1, 1] });
  expect(await projectionBounds(projectionOf([0, 4, 3, 0, 0], [5, 1]))).toEqual({ start: [1], size: [2] });
  // A fortieth of the energy may go from each of two sides.
  expect(await projectionBounds(projectionOf([1, 10, 10, 1], [4, 1]))).toEqual({ start: [1], size: [2] });
  const block = projectionOf([0, 0, 0, 0, 0, 7, 0, 0], [2, 2, 2, 1]);
  expect(await projectionBounds(block)).toEqual({ start: [1, 0, 1], size: [1, 1, 1] });
});

it('of a projection that is zero everywhere is all of it', async () => {
  const field = { start: [2, 3], size: [2, 2] };
  expect(await projectionBounds(projectionOf([0, 0, 0, 0], [2, 2, 1], { field }))).toEqual(field);
});

it.each([0, 1.01, Number.NaN, '95' as unknown as number])('refuses the share %s', async (energy) => {
  const bounds = projectionBounds(projectionOf([1], [1, 1, 1]), { energy });
  await expect(bounds).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringMatching(/over 0 and at most 1/),
  });
});
