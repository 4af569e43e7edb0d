import type { ClassOutput } from './class-scores.js';

/** The class whose probability a study watches. */
export interface WatchedClass {
  /** Its index among the outputs. */
  readonly index: number;
  /**
   * Whether it is the picture's own class (`label`), or the most probable one of the picture as it is (`answer`). If several
   * classes have the name of the picture's class, the most probable one of these is watched.
   */
  readonly by: 'label' | 'answer';
  /** The names of all classes, if they are known. */
  readonly labels?: readonly string[];
}

/**
 * Chooses the class to watch: that of the picture if it is known, and else the answer of the network. If several classes have
 * the name of the picture's class, it is the one of them that is most probable for the picture as it is.
 */
export function watchedClass(
  { labels }: ClassOutput,
  probabilities: readonly number[],
  label: string | undefined,
): WatchedClass {
  const own = [...probabilities.keys()].filter((i) => label !== undefined && labels?.[i] === label);
  const best = mostProbable(own.map((i) => probabilities[i]!));
  return {
    ...(own.length > 0
      ? { index: own[best]!, by: 'label' as const }
      : { index: mostProbable(probabilities), by: 'answer' as const }),
    ...(labels && { labels }),
  };
}

/** The index of the largest probability; the first one of equals. */
export function mostProbable(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
