import type { ClassOutput } from './class-scores.js';

/** The class whose probability a study watches. */
export interface WatchedClass {
  /** Its index among the outputs. */
  readonly index: number;
  /** Whether it is the picture's own class (`label`), or the most probable one of the picture as it is (`answer`). */
  readonly by: 'label' | 'answer';
  /** The names of all classes, if they are known. */
  readonly labels?: readonly string[];
}

/** Chooses the class to watch: that of the picture if it is known, and else the answer of the network. */
export function watchedClass(
  { labels }: ClassOutput,
  probabilities: readonly number[],
  label: string | undefined,
): WatchedClass {
  const own = label === undefined ? -1 : (labels?.indexOf(label) ?? -1);
  return {
    ...(own >= 0
      ? { index: own, by: 'label' as const }
      : { index: mostProbable(probabilities), by: 'answer' as const }),
    ...(labels && { labels }),
  };
}

/** The index of the largest probability; the first one of equals. */
export function mostProbable(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
