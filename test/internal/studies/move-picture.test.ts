import { describe, expect, it } from 'vitest';
import { movePicture, type Transformation } from '../../../src/studies/invariance/move-picture.js';

const moved = (
  values: readonly number[],
  [height, width, channels]: readonly [number, number, number],
  transformation: Transformation,
  step: number,
  fill: readonly number[] = [9],
): number[] => {
  const into = new Float32Array(values.length);
  movePicture({ values: Float32Array.from(values), height, width, channels }, transformation, step, fill, into);
  return [...into];
};

describe('movePicture', () => {
  it('moves down by whole pixels, and fills what comes in', () => {
    expect(moved([1, 2, 3, 4, 5, 6], [3, 2, 1], 'translation', 1)).toEqual([9, 9, 1, 2, 3, 4]);
    expect(moved([1, 2, 3, 4, 5, 6], [3, 2, 1], 'translation', -2)).toEqual([5, 6, 9, 9, 9, 9]);
    expect(moved([1, 2, 3, 4], [2, 1, 2], 'translation', 1, [7, 8])).toEqual([7, 8, 1, 2]);
  });

  it('interpolates between pixels', () => {
    expect(moved([0, 4, 8], [3, 1, 1], 'translation', 0.25, [0])).toEqual([0, 3, 7]);
  });

  it('turns anticlockwise about the middle, by quarter turns to the bit', () => {
    const square = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(moved(square, [3, 3, 1], 'rotation', 90)).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(moved(square, [3, 3, 1], 'rotation', 180)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(moved(square, [3, 3, 1], 'rotation', 360)).toEqual(square);
    expect(moved([0.1, 0.2, 0.3, 0.4], [2, 2, 1], 'rotation', 270)).toEqual([...Float32Array.of(0.3, 0.1, 0.4, 0.2)]);
  });

  it('gives back nearly the picture after a turn by 30 degrees and one by 330', () => {
    const smooth = Array.from({ length: 400 }, (_, i) => Math.sin((i % 20) / 4) + Math.cos(Math.floor(i / 20) / 5));
    const there = moved(smooth, [20, 20, 1], 'rotation', 30, [0]);
    const back = moved(there, [20, 20, 1], 'rotation', 330, [0]);
    for (let y = 6; y < 14; y++) {
      for (let x = 6; x < 14; x++) expect(back[y * 20 + x]).toBeCloseTo(smooth[y * 20 + x]!, 1);
    }
    // At the top, what was in the corner at the right has come to the middle.
    expect(there[20 * 4 + 10]).not.toBeCloseTo(smooth[20 * 4 + 10]!, 1);
  });

  it('enlarges about the middle', () => {
    expect(moved([0, 1, 2, 3, 4], [1, 5, 1], 'scale', 2)).toEqual([1, 1.5, 2, 2.5, 3]);
    expect(moved([0, 1, 2, 3, 4], [1, 5, 1], 'scale', 1)).toEqual([0, 1, 2, 3, 4]);
    expect(moved([1, 1, 1], [1, 3, 1], 'scale', 0.5)).toEqual([9, 1, 9]);
  });
});
