import {
  compareProjections,
  type Likeness,
  rankCorrelation,
  type SanityPixels,
  structuralSimilarity,
  summarizeLikeness,
} from 'deconvnet/studies';
import { describe, expect, it } from 'vitest';
import { noise } from '../../support/project/networks.js';

const pixels = (values: Float32Array, shape: SanityPixels['shape'] = [12, 14, 2]): SanityPixels => ({ values, shape });
const random = (seed: number) => noise(12 * 14 * 2, seed);

describe('compareProjections', () => {
  it('is 1, exactly, for a projection and itself in another unit', () => {
    const one = { rankCorrelation: 1, structuralSimilarity: 1 };
    const values = random(1);
    expect(compareProjections(pixels(values), pixels(values.map((value) => value * 1024)))).toEqual({
      signed: one,
      absolute: one,
    });
  });

  it('tells signs from magnitudes', () => {
    const values = random(1);
    const { signed, absolute } = compareProjections(pixels(values), pixels(values.map((value) => -value)))!;
    expect(signed.rankCorrelation).toBeCloseTo(-1, 12);
    expect(signed.structuralSimilarity).toBeLessThan(0);
    expect(absolute).toEqual({ rankCorrelation: 1, structuralSimilarity: 1 });
  });

  it('computes both figures at unit energy, in the contrast of drawings', () => {
    const [a, b] = [random(1), random(2).map((value) => 7 * value)];
    const unit = (values: Float32Array) => Array.from(values, (value) => value / Math.hypot(...values));
    const [x, y] = [unit(a), unit(b)];
    const sizes = [...x, ...y].map(Math.abs).sort((one, other) => one - other);
    const scale = sizes[Math.ceil(0.995 * sizes.length) - 1]!;
    expect(sizes.at(-1)).toBeGreaterThan(scale);
    const grid = (values: number[], drawn: (value: number) => number) => ({
      ...{ values: values.map(drawn), height: 12, width: 14, channels: 2 },
    });
    const { signed, absolute } = compareProjections(pixels(a), pixels(b))!;
    const signedLevel = (value: number) => 1 + Math.max(-1, Math.min(1, value / scale));
    expect(signed.rankCorrelation).toBeCloseTo(rankCorrelation(a, b), 10);
    expect(signed.structuralSimilarity).toBeCloseTo(
      structuralSimilarity(grid(x, signedLevel), grid(y, signedLevel), 2),
      6,
    );
    const level = (value: number) => Math.min(1, Math.abs(value) / scale);
    expect(absolute.rankCorrelation).toBeCloseTo(rankCorrelation(x.map(Math.abs), y.map(Math.abs)), 10);
    expect(absolute.structuralSimilarity).toBeCloseTo(structuralSimilarity(grid(x, level), grid(y, level), 1), 6);
  });

  it('compares nothing with what is zero everywhere', () => {
    const zeros = pixels(new Float32Array(4), [2, 2, 1]);
    const other = pixels(new Float32Array([0, 1, 0, 0]), [2, 2, 1]);
    expect(compareProjections(zeros, other)).toBeUndefined();
    expect(compareProjections(other, zeros)).toBeUndefined();
  });

  it('is symmetric', () => {
    const [a, b] = [pixels(random(3)), pixels(random(4))];
    expect(compareProjections(a, b)).toEqual(compareProjections(b, a));
  });

  it('has no rank correlation where all values are equal', () => {
    const one = pixels(new Float32Array([3]), [1, 1, 1]);
    const { signed } = compareProjections(one, one)!;
    expect(signed).toEqual({ rankCorrelation: Number.NaN, structuralSimilarity: 1 });
  });

  it('refuses projections of different pixels', () => {
    const turned = pixels(random(2), [14, 12, 2]);
    expect(() => compareProjections(pixels(random(1)), turned)).toThrow(/12x14 with 2 channels, the other 14x12/);
    expect(() => compareProjections(pixels(random(1)), pixels(random(2), [12, 14, 1]))).toThrow(/as many values/);
  });
});

describe('summarizeLikeness', () => {
  const likeness = (value: number): Likeness => {
    const figures = { rankCorrelation: value, structuralSimilarity: value / 2 };
    return { signed: figures, absolute: { ...figures, rankCorrelation: -value } };
  };

  it('takes the mean for each rule, and counts what had nothing to compare', () => {
    const found = summarizeLikeness([
      { rule: 'guided', likeness: likeness(0.5) },
      { rule: 'gradient' },
      { rule: 'guided' },
      { rule: 'guided', likeness: likeness(1) },
    ]);
    expect(found).toEqual([
      { rule: 'guided', count: 3, empty: 1, likeness: likeness(0.75) },
      { rule: 'gradient', count: 1, empty: 1 },
    ]);
  });

  it('leaves out what is NaN', () => {
    const unknown = { rankCorrelation: Number.NaN, structuralSimilarity: 1 };
    const [found] = summarizeLikeness([
      { rule: 'guided', likeness: likeness(0.5) },
      { rule: 'guided', likeness: { signed: unknown, absolute: unknown } },
    ]);
    expect(found!.likeness!.signed).toEqual({ rankCorrelation: 0.5, structuralSimilarity: 0.625 });
  });

  it('has nothing to say about nothing', () => {
    expect(summarizeLikeness([])).toEqual([]);
  });
});
