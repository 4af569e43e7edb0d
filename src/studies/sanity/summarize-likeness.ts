import { checkValue } from '../../errors/check-options.js';
import type { Compared, Likeness, LikenessFigures } from './compare-projections.js';

/** What was compared under one rule, as means. */
export interface LikenessSummary {
  /** The name of the rule. */
  readonly rule: string;
  /** How many comparisons there are in all. */
  readonly count: number;
  /** How many of them had nothing to compare, because one of the two was zero everywhere. They do not count in the means. */
  readonly empty: number;
  /** The mean of each figure; undefined if nothing could be compared. */
  readonly likeness?: Likeness;
}

/**
 * The means of the figures under each rule. Numbers that are NaN do not count.
 *
 * @param compared comparisons from any part of the sanity check, of one picture or of several
 * @returns one summary for each rule, in the order in which the rules first occur
 * @example
 * ```ts
 * import { type Compared, summarizeLikeness } from 'deconvnet/studies';
 *
 * const nothing: Compared = { rule: 'guided' };
 * console.log(summarizeLikeness([nothing])); // [ { rule: 'guided', count: 1, empty: 1 } ]
 * ```
 * @throws DeconvnetError `invalid-option`.
 */
export function summarizeLikeness(compared: readonly Compared[]): LikenessSummary[] {
  checkValue(Array.isArray(compared), 'summarizeLikeness takes a list of comparisons, { rule, likeness }', compared);
  return [...new Set(compared.map(({ rule }) => rule))].map((rule) => {
    const own = compared.filter((one) => one.rule === rule);
    const known = own.flatMap(({ likeness }) => likeness ?? []);
    const empty = own.length - known.length;
    return { rule, count: own.length, empty, ...(known.length > 0 && { likeness: meanLikeness(known) }) };
  });
}

function meanLikeness(all: readonly Likeness[]): Likeness {
  const figures = (of: keyof Likeness): LikenessFigures => ({
    rankCorrelation: mean(all.map((one) => one[of].rankCorrelation)),
    structuralSimilarity: mean(all.map((one) => one[of].structuralSimilarity)),
  });
  return { signed: figures('signed'), absolute: figures('absolute') };
}

function mean(numbers: readonly number[]): number {
  const known = numbers.filter((number) => !Number.isNaN(number));
  return known.reduce((sum, number) => sum + number, 0) / known.length;
}
