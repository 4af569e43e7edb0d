import { checkValue } from '../../errors/check-options.js';
import { contrasted, scaleOfValues, USUAL } from '../../render/contrast.js';
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
 * squares. `rankCorrelation` is that of all values. `structuralSimilarity` is that of the pictures that `renderProjections`
 * draws of both, with one scale `s` for both: the 99.5th percentile of the absolute values that are not zero. Values `v`
 * become `1 + v / s`, or `|v| / s` without their signs, and what is beyond `s` is clipped. The range is thus 2, or 1. A few
 * very large values would otherwise make all others look alike. The window and the constants are those of
 * `structuralSimilarity`.
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
  const scale = scaleOfValues([x, y], USUAL);
  const figures = (p: Float64Array, q: Float64Array, drawn: (value: number) => number, range: number) => ({
    rankCorrelation: rankCorrelation(p, q),
    structuralSimilarity: structuralSimilarity(
      { values: p.map(drawn), height, width, channels },
      { values: q.map(drawn), height: b.shape[0], width: b.shape[1], channels: b.shape[2] },
      range,
    ),
  });
  const level = (value: number): number => contrasted(value, scale, 1);
  return {
    signed: figures(x, y, (value) => 1 + level(value), 2),
    absolute: figures(x.map(Math.abs), y.map(Math.abs), level, 1),
  };
}

/** Values divided by the root of the sum of their squares; undefined if all are 0. */
export function atUnitEnergy(values: Float32Array): Float64Array | undefined {
  let energy = 0;
  for (const value of values) energy += value * value;
  if (energy === 0) return undefined;
  const length = Math.sqrt(energy);
  return Float64Array.from(values, (value) => value / length);
}
