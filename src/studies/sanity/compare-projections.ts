import { checkValue } from '../../errors/check-options.js';
import { rankCorrelation } from '../kit/rank-correlation.js';
import { structuralSimilarity } from '../kit/structural-similarity.js';

/** Values of pixels: rows of cells, each with its channels. */
export interface SanityPixels {
  readonly values: Float32Array;
  readonly shape: readonly [height: number, width: number, channels: number];
}

/** Two figures for how alike two projections are. */
export interface LikenessFigures {
  /** Spearman's rank correlation of all values, from -1 to 1; NaN if all values of one projection are equal. */
  readonly rankCorrelation: number;
  /** The structural similarity (SSIM), from -1 to 1. */
  readonly structuralSimilarity: number;
}

/** How alike two projections are: as they are, and with the absolute value of each of their values. */
export interface Likeness {
  readonly signed: LikenessFigures;
  readonly absolute: LikenessFigures;
}

/** Something that was compared under a rule. */
export interface Compared {
  /** The name of the rule. */
  readonly rule: string;
  /** Undefined if one of the two that are compared is zero everywhere. */
  readonly likeness?: Likeness;
}

/**
 * Compares two projections of the same pixels at unit energy: each is divided by the square root of the sum of its
 * squares. The figures are the rank correlation of all values, and the SSIM with the window and the constants of
 * `structuralSimilarity`. The range of the SSIM follows from the largest magnitude in the two projections: once this for
 * absolute values, and twice for values with their signs.
 *
 * @param a the values of a projection, `{ values, shape: [height, width, channels] }`
 * @param b another one of the same shape
 * @returns the figures, with signs and without; undefined if one of the two is zero everywhere
 * @example
 * ```ts
 * import { compareProjections, type SanityPixels } from 'deconvnet/studies';
 *
 * const a: SanityPixels = { values: new Float32Array([1, -2, 3, -4]), shape: [2, 2, 1] };
 * const b: SanityPixels = { values: new Float32Array([-1, 2, -3, 4]), shape: [2, 2, 1] };
 * const { signed, absolute } = compareProjections(a, b)!;
 * console.log(signed.rankCorrelation, absolute.rankCorrelation); // -1 1
 * ```
 * @throws DeconvnetError `invalid-option`; `shape-mismatch` if the shapes differ.
 */
export function compareProjections(a: SanityPixels, b: SanityPixels): Likeness | undefined {
  for (const pixels of [a, b]) {
    const { values, shape } = pixels ?? {};
    const fits = Array.isArray(shape) && shape.length === 3 && ArrayBuffer.isView(values);
    const size = fits ? shape.reduce((product, one) => product * one, 1) : -1;
    const what = 'A projection is { values: Float32Array, shape: [height, width, channels] }';
    checkValue(fits && values.length === size, `${what}, with as many values as that makes`, pixels);
  }
  const [x, y] = [atUnitEnergy(a.values), atUnitEnergy(b.values)];
  if (!x || !y) return undefined;
  const [height, width, channels] = a.shape;
  const figures = (p: Float64Array, q: Float64Array, range: number): LikenessFigures => ({
    structuralSimilarity: structuralSimilarity(
      { values: p, height, width, channels },
      { values: q, height: b.shape[0], width: b.shape[1], channels: b.shape[2] },
      range,
    ),
    rankCorrelation: rankCorrelation(p, q),
  });
  const [absoluteX, absoluteY] = [x.map(Math.abs), y.map(Math.abs)];
  const largest = [absoluteX, absoluteY].flatMap((values) => values.reduce((most, value) => Math.max(most, value), 0));
  const range = Math.max(...largest);
  return { signed: figures(x, y, 2 * range), absolute: figures(absoluteX, absoluteY, range) };
}

/** Values divided by the root of the sum of their squares; undefined if all are 0. */
export function atUnitEnergy(values: Float32Array): Float64Array | undefined {
  let energy = 0;
  for (const value of values) energy += value * value;
  if (energy === 0) return undefined;
  const length = Math.sqrt(energy);
  return Float64Array.from(values, (value) => value / length);
}
