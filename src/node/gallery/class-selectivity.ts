import { type ClassCount, countClasses } from '../../mine/count-classes.js';

/** The commonest class of a feature map's patches. */
export interface CommonestClass extends ClassCount {
  /** The share of the patches that belong to the class, 0 to 1. */
  readonly share: number;
  /**
   * The share of the patches that belong to the class, less the share of all pictures that belong to it. If the classes of
   * the pictures are not known, nothing is subtracted.
   */
  readonly selectivity: number;
}

/** The share of each class in all pictures that were mined. */
export type ClassShares = ReadonlyMap<string, number>;

/** The share of each class in a number of pictures. */
export function classShares(classes: readonly ClassCount[], pictures: number): ClassShares {
  return new Map(classes.map(({ label, count }) => [label, count / pictures]));
}

/**
 * The commonest class of some patches. If several classes are equally common, it is the one that is rarest in all
 * pictures. Undefined if no patch has a label.
 */
export function commonestClass(
  patches: readonly { readonly label?: string }[],
  shares: ClassShares | undefined,
): CommonestClass | undefined {
  const counts = countClasses(patches);
  const most = counts[0]?.count;
  if (most === undefined) return undefined;
  return counts
    .filter(({ count }) => count === most)
    .map(({ label, count }) => {
      const share = count / patches.length;
      return { label, count, share, selectivity: share - (shares?.get(label) ?? 0) };
    })
    .reduce((best, one) => (one.selectivity > best.selectivity ? one : best));
}
