import { describe, expect, it } from 'vitest';
import { randomBoxes } from '../../../src/studies/correspondence/random-boxes.js';
import { signDistances, signsOf } from '../../../src/studies/correspondence/sign-distances.js';
import { randomSource } from '../../../src/tensors/random-source.js';

it('takes the signs of the change, with 0 as a value of its own', () => {
  expect([...signsOf([3, 1, 2, 0], [1, 3, 2, 0])]).toEqual([1, -1, 0, 0]);
});

describe('signDistances', () => {
  const [a, b, c] = [Int8Array.of(1, 0, -1, 1), Int8Array.of(1, 1, -1, -1), Int8Array.of(0, 1, -1, -1)];

  it('is the mean share of signs that differ, over all pairs', () => {
    // a and b differ at two of four places, a and c at three, b and c at one.
    const { mean, deviation, pairs } = signDistances([[a, b, c]]);
    expect([mean, pairs]).toEqual([0.5, 3]);
    expect(deviation).toBeCloseTo(Math.sqrt((0 + 0.25 ** 2 + 0.25 ** 2) / 3), 12);
  });

  it('compares within each group alone', () => {
    expect(
      signDistances([
        [a, b],
        [c, c],
      ]),
    ).toEqual({ mean: 0.25, deviation: 0.25, pairs: 2 });
  });

  it('is NaN without a pair', () => {
    expect(signDistances([[a], []])).toEqual({ mean: Number.NaN, deviation: Number.NaN, pairs: 0 });
  });
});

it('draws random boxes inside of the picture, in the sizes of the given ones, everywhere', () => {
  const like = [
    { top: 0, left: 0, bottom: 2, right: 3 },
    { top: 1, left: 1, bottom: 5, right: 2 },
  ];
  const boxes = randomBoxes({ height: 6, width: 5 }, like, 400, randomSource(4, 0));
  for (const [i, { top, left, bottom, right }] of boxes.entries()) {
    expect([bottom - top, right - left]).toEqual(i % 2 === 0 ? [2, 3] : [4, 1]);
    expect(top >= 0 && left >= 0 && bottom <= 6 && right <= 5).toBe(true);
  }
  const places = (from: number) =>
    new Set(boxes.filter((_, i) => i % 2 === from).map(({ top, left }) => `${top} ${left}`));
  expect([places(0).size, places(1).size]).toEqual([5 * 3, 3 * 5]);
});
