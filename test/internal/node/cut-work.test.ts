import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutWork } from '../../../src/node/gallery/cut-work.js';

/** All parts of some costs. */
const parts = (costs: readonly number[], count: number): number[][] =>
  Array.from({ length: count }, (_, index) => cutWork([...costs.keys()], (item) => costs[item]!, { index, count }));

const sum = (costs: readonly number[]): number => costs.reduce((a, b) => a + b, 0);

describe('work that is cut into parts', () => {
  it('is cut into runs of neighbours of equal cost', () => {
    expect(parts([1, 1, 1, 1, 1, 1], 3)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(parts([3, 1, 1, 1], 2)).toEqual([[0], [1, 2, 3]]);
    expect(parts([1, 1], 4)).toEqual([[], [0], [], [1]]);
    expect(parts([], 2)).toEqual([[], []]);
  });

  it('counts items if no cost is known', () => {
    expect(parts([0, 0, 0, 0], 2)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('has each item in exactly one part, and no part is more than one item too large', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (costs, count) => {
        const cut = parts(costs, count);
        expect(cut.flat()).toEqual([...costs.keys()]);
        const fair = sum(costs) / count + Math.max(0, ...costs);
        for (const part of cut) expect(sum(part.map((item) => costs[item]!))).toBeLessThanOrEqual(fair + 1e-6);
      }),
    );
  });
});
