/** The signs of the differences of two lists of numbers: 1, -1, or 0 where both are equal. */
export function signsOf(clean: ArrayLike<number>, masked: ArrayLike<number>): Int8Array {
  return Int8Array.from({ length: clean.length }, (_, i) => Math.sign(clean[i]! - masked[i]!));
}

/** How much lists of signs differ. */
export interface SignDistances {
  /** The mean over all pairs of lists of the share of places at which the two differ, from 0 to 1; NaN without a pair. */
  readonly mean: number;
  /** The standard deviation of these shares over the pairs (divided by their number). */
  readonly deviation: number;
  readonly pairs: number;
}

/**
 * Compares groups of lists of signs: within each group every list with every other. A sign of 0 counts as a value of its
 * own, so that it differs from 1 and from -1.
 */
export function signDistances(groups: readonly (readonly Int8Array[])[]): SignDistances {
  const shares = groups.flatMap((lists) =>
    lists.flatMap((a, i) => lists.slice(i + 1).map((b) => differing(a, b) / a.length)),
  );
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
  return { mean, deviation: Math.sqrt(variance), pairs: shares.length };
}

/** The Hamming distance: the number of places at which two lists differ. */
function differing(a: Int8Array, b: Int8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}
