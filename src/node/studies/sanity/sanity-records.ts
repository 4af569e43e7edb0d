import type { Compared, Likeness, LikenessFigures } from '../../../studies/sanity/compare-projections.js';
import type { SanityProjection } from '../../../studies/sanity/sanity-projection.js';
import type { DrawnFile } from './draw-pixels.js';

/** Figures as JSON holds them: null in place of NaN. */
export interface KeptFigures {
  readonly rankCorrelation: number | null;
  readonly structuralSimilarity: number | null;
}

/** How alike two projections are, as it is kept until the page is written. */
export interface KeptLikeness {
  readonly signed: KeptFigures;
  readonly absolute: KeptFigures;
}

/** A comparison as it is kept. */
export interface KeptCompared {
  readonly rule: string;
  readonly likeness?: KeptLikeness;
}

/** A projection as it is kept: without its pixels, which are drawn at once. */
export interface KeptProjection extends KeptCompared, Omit<SanityProjection, 'pixels'> {
  /** The drawing of it, if the page shows it. */
  readonly drawn?: DrawnFile;
}

/** A comparison in the form in which it is kept. */
export function kept({ rule, likeness }: Compared): KeptCompared {
  if (!likeness) return { rule };
  return { rule, likeness: { signed: figures(likeness.signed), absolute: figures(likeness.absolute) } };
}

/** A projection in the form in which it is kept. */
export function keptProjection(
  { pixels: _, likeness, ...projection }: SanityProjection & Compared,
  drawn?: DrawnFile,
): KeptProjection {
  return { ...projection, ...kept({ rule: projection.rule, ...(likeness && { likeness }) }), ...(drawn && { drawn }) };
}

/** A comparison that was kept, as it was before. */
export function again({ rule, likeness }: KeptCompared): Compared {
  if (!likeness) return { rule };
  const numbers = ({ rankCorrelation, structuralSimilarity }: KeptFigures): LikenessFigures => ({
    rankCorrelation: rankCorrelation ?? Number.NaN,
    structuralSimilarity: structuralSimilarity ?? Number.NaN,
  });
  const before: Likeness = { signed: numbers(likeness.signed), absolute: numbers(likeness.absolute) };
  return { rule, likeness: before };
}

function figures({ rankCorrelation, structuralSimilarity }: LikenessFigures): KeptFigures {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return { rankCorrelation: orNull(rankCorrelation), structuralSimilarity: orNull(structuralSimilarity) };
}
