import { rankCorrelation, structuralSimilarity } from 'deconvnet/studies';
import { ssim } from 'ssim.js';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/tensors/random-source.js';

describe('rankCorrelation', () => {
  it('is 1 for the same order, -1 for the opposite one, whatever the distances are', () => {
    expect(rankCorrelation([1, 2, 3, 4], [-7, 0, 0.001, 900])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3, 4], [9, 4, 1, 0])).toBeCloseTo(-1, 12);
  });

  it('is 1 - 6 Σd² / (n (n² - 1)) without ties', () => {
    // The ranks are 3 1 4 2 5 and 1 2 5 3 4: d² is 4 1 1 1 1, and 1 - 6 * 8 / (5 * 24) = 0.6.
    expect(rankCorrelation([30, 10, 40, 20, 50], [1, 2, 5, 3, 4])).toBeCloseTo(0.6, 12);
  });

  it('gives equal numbers the mean of their ranks', () => {
    // The ranks are 1.5 1.5 3 and 1 2 3: the products of their distances from 2 add up to 1.5, the squares to 1.5 and 2.
    expect(rankCorrelation([0, 0, 5], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 12);
    expect(rankCorrelation([0, -0, 5], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 12);
  });

  it('is NaN if one list has no order', () => {
    expect(rankCorrelation([2, 2, 2], [1, 2, 3])).toBeNaN();
    expect(rankCorrelation([1], [1])).toBeNaN();
  });

  it('refuses lists of different lengths', () => {
    expect(() => rankCorrelation([1, 2, 3], [1, 2])).toThrow(/same number of values, here 3; it is the number 2/);
  });
});

describe('structuralSimilarity', () => {
  const grey = (height: number, width: number, seed: number) => {
    const random = randomSource(seed, 0);
    const values = Float32Array.from({ length: height * width }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return Math.round(
        Math.min(255, Math.max(0, 128 + 90 * Math.sin((x + seed) / 3) * Math.cos(y / 4) + 60 * (random() - 0.5))),
      );
    });
    return { values, height, width, channels: 1 };
  };

  it('is 1 for equal pictures, and falls with noise', () => {
    const picture = grey(24, 30, 1);
    const noise = randomSource(3, 1);
    const noisy = { ...picture, values: picture.values.map((value) => value + 40 * (noise() - 0.5)) };
    expect(structuralSimilarity(picture, picture, 255)).toBeCloseTo(1, 12);
    expect(structuralSimilarity(picture, noisy, 255)).toBeLessThan(0.99);
    expect(structuralSimilarity(picture, grey(24, 30, 9), 255)).toBeLessThan(structuralSimilarity(picture, noisy, 255));
  });

  it.each([
    [24, 30, 1, 2],
    [11, 11, 3, 4],
    [40, 17, 5, 5.5],
  ])('agrees with another implementation (%ix%i)', (height, width, first, second) => {
    const [a, b] = [grey(height, width, first), grey(height, width, second)];
    const rgba = ({ values }: typeof a) => ({
      ...{ width, height },
      data: Uint8ClampedArray.from({ length: values.length * 4 }, (_, i) => (i % 4 === 3 ? 255 : values[i >> 2]!)),
    });
    const options = { ssim: 'original', downsample: false, rgb2grayVersion: 'integer' } as const;
    const { mssim } = ssim(rgba(a) as unknown as ImageData, rgba(b) as unknown as ImageData, options);
    expect(mssim).not.toBe(0);
    expect(structuralSimilarity(a, b, 255)).toBeCloseTo(mssim, 3);
  });

  it('has the value of the formula where both pictures are flat', () => {
    const flat = (value: number) => ({ values: new Float32Array(144).fill(value), height: 12, width: 12, channels: 1 });
    const c1 = (0.01 * 255) ** 2;
    expect(structuralSimilarity(flat(100), flat(50), 255)).toBeCloseTo((2 * 5000 + c1) / (10000 + 2500 + c1), 8);
  });

  it('is the mean over the channels', () => {
    const [a, b, c] = [grey(20, 20, 1), grey(20, 20, 2), grey(20, 20, 3)];
    const two = (x: typeof a, y: typeof a) => ({
      ...{ height: 20, width: 20, channels: 2 },
      values: Float32Array.from({ length: 800 }, (_, i) => (i % 2 === 0 ? x : y).values[i >> 1]!),
    });
    const mean = (structuralSimilarity(a, b, 255) + structuralSimilarity(a, c, 255)) / 2;
    expect(structuralSimilarity(two(a, a), two(b, c), 255)).toBeCloseTo(mean, 10);
  });

  it('refuses pictures of different sizes, and a range that is not above 0', () => {
    expect(() => structuralSimilarity(grey(12, 12, 1), grey(12, 13, 1), 255)).toThrow(/12x12 .* 12x13/);
    expect(() => structuralSimilarity(grey(12, 12, 1), grey(12, 12, 1), 0)).toThrow(/above 0/);
  });
});
