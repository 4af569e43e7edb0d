import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINS, binOf, histogramOf } from '../../../src/mine/activation-histogram.js';
import { type KeptStatistics, MapStatistics } from '../../../src/mine/map-statistics.js';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const above0 = float32.map(Math.abs).filter((value) => value > 0);
const over = { nonNegative: false };

function counted(values: readonly number[]): MapStatistics {
  const statistics = new MapStatistics();
  for (const value of values) statistics.count(value);
  return statistics;
}

function merged(parts: readonly KeptStatistics[]): MapStatistics {
  const statistics = new MapStatistics();
  for (const part of parts) statistics.include(part);
  return statistics;
}

describe('the histogram of the strongest activations', () => {
  it('has bounds at the powers of two and at three equal steps between them', () => {
    const { histogram } = counted([0, 1, 1.2499, 1.25, 1.5, 3.99, -2, 0]).over(8, over);
    expect(histogram).toEqual({
      notAbove: 3,
      bins: [
        { from: 1, to: 1.25, count: 2 },
        { from: 1.25, to: 1.5, count: 1 },
        { from: 1.5, to: 1.75, count: 1 },
        { from: 1.75, to: 2, count: 0 },
        { from: 2, to: 2.5, count: 0 },
        { from: 2.5, to: 3, count: 0 },
        { from: 3, to: 3.5, count: 0 },
        { from: 3.5, to: 4, count: 1 },
      ],
    });
  });

  it('puts every float32 above 0 into the bin around it', () => {
    const extremes = [2 ** -149, 2 ** -128, 2 ** -126, 1, 3.4028234663852886e38];
    fc.assert(
      fc.property(fc.oneof(above0, fc.constantFrom(...extremes)), (value) => {
        const bin = binOf(value);
        const [only] = histogramOf(new Map([[bin, 7]]), 0).bins;
        expect(only!.count).toBe(7);
        expect(only!.from <= value && value < only!.to).toBe(true);
        expect(bin).toBeLessThan(BINS);
      }),
    );
  });

  it('leaves no gap between two bins', () => {
    const ends = new Map([
      [0, 1],
      [BINS - 1, 1],
    ]);
    const { bins } = histogramOf(ends, 0);
    expect(bins).toHaveLength(BINS);
    expect([bins[0]!.from, bins.at(-1)!.to]).toEqual([0, 2 ** 128]);
    for (const [i, { from, to }] of bins.entries()) {
      expect(to).toBe(bins[i + 1]?.from ?? 2 ** 128);
      expect(to).toBeGreaterThan(from);
    }
  });

  it('is the same for every order of the images and every division into parts', () => {
    fc.assert(
      fc.property(fc.array(float32, { maxLength: 30 }), fc.nat({ max: 30 }), fc.boolean(), (values, cut, swapped) => {
        const whole = counted(values);
        const parts = [values.slice(cut).reverse(), values.slice(0, cut)].map((part) => counted(part).kept);
        const joined = merged(swapped ? [...parts].reverse() : parts);
        expect(JSON.stringify(joined.kept)).toBe(JSON.stringify(whole.kept));
        const { fired, histogram } = joined.over(values.length, over);
        expect(histogram!.bins.reduce((sum, { count }) => sum + count, histogram!.notAbove)).toBe(values.length);
        expect(histogram!.notAbove).toBe(values.length - fired);
      }),
    );
  });

  it('is absent if it is not known of a part of the images, whatever is merged first', () => {
    const own = counted([1, 2]).kept;
    const { histogram: _, ...old } = counted([3]).kept;
    for (const parts of [
      [own, old],
      [old, own],
    ]) {
      const statistics = merged(parts);
      expect(statistics.over(3, over)).toEqual({
        ...{ images: 3, fired: 3, firingShare: 1, mean: 2, maximum: 3, dead: false, constant: false },
      });
      statistics.count(5);
      expect(statistics.kept).not.toHaveProperty('histogram');
    }
    // A part without images takes nothing away.
    const { histogram: __, ...empty } = counted([]).kept;
    expect(merged([own, empty]).kept).toEqual(own);
    expect(merged([empty, own]).kept).toEqual(own);
  });
});
