import { checkValue } from '../errors/check-options.js';

/** How values become levels of grey or colour. */
export interface ContrastOptions {
  /**
   * Which absolute value is drawn as full black or white (the scale). `percentile`: the 99.5th percentile of the
   * absolute values that are drawn and not zero, so that a few very large values do not make all others grey. A number
   * from 50 (excluded) to 100: that percentile. `max`: the largest absolute value. Values beyond the scale are clipped.
   * Default: `percentile`.
   */
  readonly contrast?: 'percentile' | 'max' | number;
  /**
   * The power to which a value is raised after it was divided by the scale. A number below 1 makes weak values more
   * visible. Default: 1.
   */
  readonly gamma?: number;
}

/** Contrast options with their defaults filled in. */
export interface Contrast {
  /** The percentile, over 50 and at most 100. */
  readonly percentile: number;
  readonly gamma: number;
}

/** The percentile if nobody says another one. */
export const USUAL = 99.5;

/** Checks contrast options and fills in the defaults. */
export function checkContrast({ contrast = 'percentile', gamma = 1 }: ContrastOptions): Contrast {
  const percentile = contrast === 'percentile' ? USUAL : contrast === 'max' ? 100 : contrast;
  checkValue(
    typeof percentile === 'number' && percentile > 50 && percentile <= 100,
    "contrast is 'percentile', 'max', or a percentile over 50 and at most 100",
    contrast,
  );
  checkValue(
    typeof gamma === 'number' && gamma > 0 && Number.isFinite(gamma),
    'gamma is a finite number above 0',
    gamma,
  );
  return { percentile, gamma };
}

/**
 * The scale of lists of values that are drawn together: the smallest absolute value that at least `percentile` percent
 * of all values that are not zero do not exceed; 0 if all values are zero.
 */
export function scaleOfValues(lists: readonly ArrayLike<number>[], percentile: number): number {
  const sizes = new Float32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) if (list[i] !== 0) sizes[count++] = Math.abs(list[i]!);
  }
  if (count === 0) return 0;
  // Sorting would take ten times as long as counting: first by the upper half of the bits, then by the lower half. No size
  // is negative, so that sizes are in the order of their bits.
  const bits = new Uint32Array(sizes.buffer);
  let place = Math.ceil((percentile * count) / 100) - 1;
  let found = 0;
  for (const shift of [16, 0]) {
    const counts = new Uint32Array(65536);
    for (let i = 0; i < count; i++) {
      if (shift || bits[i]! >>> 16 === found) counts[(bits[i]! >>> shift) & 65535]!++;
    }
    let half = 0;
    while (place >= counts[half]!) place -= counts[half++]!;
    found = found * 65536 + half;
  }
  bits[0] = found;
  return sizes[0]!;
}

/** The share of the values that are not zero whose absolute value is beyond the scale, from 0 to 1. */
export function clippedShare(lists: readonly ArrayLike<number>[], scale: number): number {
  let count = 0;
  let beyond = 0;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      if (list[i] !== 0) count++;
      if (Math.abs(list[i]!) > scale) beyond++;
    }
  }
  return count === 0 ? 0 : beyond / count;
}

/** A value from -1 to 1 that stands for a value in a drawing: `sign(v) * min(|v| / scale, 1) ^ gamma`; 0 if the scale is 0. */
export function contrasted(value: number, scale: number, gamma: number): number {
  if (scale === 0) return 0;
  const share = Math.min(Math.abs(value) / scale, 1);
  return Math.sign(value) * (gamma === 1 ? share : share ** gamma);
}
