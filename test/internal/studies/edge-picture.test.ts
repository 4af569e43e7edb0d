import { describe, expect, it } from 'vitest';
import { edgePicture } from '../../../src/studies/sanity/edge-picture.js';
import { cellsOf } from '../../../src/studies/sanity/sanity-projection.js';

describe('edgePicture', () => {
  it('is the magnitude of the gradient, by hand', () => {
    // In the middle: across, (3 + 2 * 6 + 9) - (1 + 2 * 4 + 8) = 7; down, (8 + 2 * 7 + 9) - (1 + 2 * 2 + 3) = 23.
    const edges = edgePicture([1, 2, 3, 4, 5, 6, 8, 7, 9], 3, 3);
    expect(edges[4]).toBeCloseTo(Math.hypot(7, 23), 5);
    // At the first pixel, outside of which its row and its column are repeated: across, (2 + 4 + 5) - (1 + 2 + 4) = 4;
    // down, (4 + 8 + 5) - (1 + 2 + 2) = 12.
    expect(edges[0]).toBeCloseTo(Math.hypot(4, 12), 5);
  });

  it('finds nothing in a flat picture, and the same edges in its negative', () => {
    expect([...edgePicture(new Float32Array(6).fill(9), 2, 3)]).toEqual([0, 0, 0, 0, 0, 0]);
    const luminance = [0, 1, 0, 0, 3, 0];
    expect(
      edgePicture(
        luminance.map((value) => 1 - value),
        2,
        3,
      ),
    ).toEqual(edgePicture(luminance, 2, 3));
  });
});

describe('cellsOf', () => {
  it('counts the values of a tensor with its channels last or first', () => {
    expect(cellsOf([4, 5, 3], 2)(2, 1, 2)).toBe((2 * 5 + 1) * 3 + 2);
    expect(cellsOf([3, 4, 5], 0)(2, 1, 2)).toBe((2 * 4 + 2) * 5 + 1);
  });
});
