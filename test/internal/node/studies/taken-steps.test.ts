import { describe, expect, it } from 'vitest';
import { takenSteps, upperHalf } from '../../../../src/node/studies/sanity/taken-steps.js';

const layers = (count: number): string[] => Array.from({ length: count }, (_, i) => `layer${count - i}`);
const numbers = (count: number): number[] => takenSteps(layers(count)).map(({ randomLayers }) => randomLayers);

describe('takenSteps', () => {
  it('takes all steps of up to 24 layers', () => {
    for (const count of [0, 1, 2, 23, 24]) {
      expect(numbers(count)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    }
    expect(takenSteps(['high', 'low'])).toEqual([
      { randomLayers: 1, downTo: 'high' },
      { randomLayers: 2, downTo: 'low' },
    ]);
  });

  it.each([25, 26, 47, 104, 1000])('spreads 24 steps evenly over %i layers, with the first and the last', (count) => {
    const taken = numbers(count);
    expect(taken).toHaveLength(24);
    expect([taken[0], taken.at(-1)]).toEqual([1, count]);
    const gaps = taken.slice(1).map((number, i) => number - taken[i]!);
    const even = (count - 1) / 23;
    expect(gaps.every((gap) => gap === Math.floor(even) || gap === Math.ceil(even))).toBe(true);
    for (const { randomLayers, downTo } of takenSteps(layers(count))) {
      expect(downTo).toBe(layers(count)[randomLayers - 1]);
    }
  });
});

describe('upperHalf', () => {
  it('is half of all layers, rounded up, and undefined for one layer', () => {
    const halves = [1, 2, 3, 24].map((count) => upperHalf([0, ...numbers(count)]));
    expect(halves).toEqual([undefined, 1, 2, 12]);
  });

  it('is the nearest step that was taken, and of two equally near ones the smaller', () => {
    expect(upperHalf([1, 40, 61, 104])).toBe(61);
    expect(upperHalf([0, 1, 48, 56, 104])).toBe(48);
  });
});
