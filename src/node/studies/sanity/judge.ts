import type { LikenessSummary } from '../../../studies/sanity/summarize-likeness.js';
import type { RuleMeans } from './sanity-results.js';
import { upperHalf } from './taken-steps.js';

/** From which share on projections are called alike, and partly alike. */
export const ALIKE = 0.7;
export const PARTLY = 0.3;

/** What a figure means, in words. */
export type Verdict = 'alike' | 'partly alike' | 'unlike' | 'empty' | 'unknown';

/** What was found about likeness, on the scale from unrelated to equal. */
export interface Judged {
  readonly verdict: Verdict;
  /**
   * 0 if two projections are as unlike as unrelated ones, and 1 if they are equal: with their signs, and of absolute values.
   * Null if it is not known.
   */
  readonly signed: number | null;
  readonly absolute: number | null;
}

/** What was found under one rule. */
export interface RuleJudged {
  readonly rule: string;
  /** With random weights in the upper half of the layers; undefined if there is only one layer. */
  readonly upperHalf: Judged | undefined;
  readonly allRandom: Judged;
  /** Undefined if the network has no classes. */
  readonly classes: Judged | undefined;
  readonly edges: Judged;
  /** With random weights, but all else real; with random switches, but all else real. */
  readonly switchesAlone: Judged;
  readonly weightsAlone: Judged;
}

/** Judges the means under one rule. */
export function judgeRule({ rule, weights, unrelated, ...means }: RuleMeans): RuleJudged {
  const upper = upperHalf(weights.map(({ randomLayers }) => randomLayers));
  const half = weights.find(({ randomLayers }) => randomLayers === upper);
  return {
    rule,
    upperHalf: half && judge(half, unrelated),
    allRandom: judge(weights.at(-1)!, unrelated),
    classes: means.classes && judge(means.classes, means.unrelatedToClasses!),
    edges: judge(means.edges, means.unrelatedToEdges, ['absolute']),
    switchesAlone: judge(means.switches.weights, unrelated),
    weightsAlone: judge(means.switches.switches, unrelated),
  };
}

/**
 * Puts mean rank correlations on the scale from unrelated to equal: `(found - unrelated) / (1 - unrelated)`. Of the numbers
 * with signs and without, the greater one decides.
 */
export function judge(
  found: LikenessSummary,
  unrelated: LikenessSummary,
  kinds: readonly ('signed' | 'absolute')[] = ['signed', 'absolute'],
): Judged {
  const shareOf = (kind: 'signed' | 'absolute'): number | null => {
    if (!kinds.includes(kind)) return null;
    const [own, control] = [found, unrelated].map(({ likeness }) => likeness?.[kind].rankCorrelation ?? Number.NaN);
    const share = (own! - control!) / (1 - control!);
    return Number.isFinite(share) ? share : null;
  };
  const [signed, absolute] = [shareOf('signed'), shareOf('absolute')];
  const share = greaterOf({ signed, absolute });
  if (share !== null) {
    const verdict = share >= ALIKE ? 'alike' : share >= PARTLY ? 'partly alike' : 'unlike';
    return { verdict, signed, absolute };
  }
  return { verdict: found.count > 0 && found.empty === found.count ? 'empty' : 'unknown', signed, absolute };
}

/** The number that decides. */
export function greaterOf({ signed, absolute }: Pick<Judged, 'signed' | 'absolute'>): number | null {
  if (signed === null || absolute === null) return signed ?? absolute;
  return Math.max(signed, absolute);
}
