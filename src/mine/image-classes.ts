import { type ClassCount, countClasses } from './count-classes.js';

/** Counts the classes of all images that were mined, not only of those that are in a list. */
export class ImageClasses {
  /** Undefined if a part of the images was mined by version 0.1, which did not count their classes. */
  #counts: Map<string, number> | undefined = new Map();

  /** Counts the images of a batch. An image without a label is not counted. */
  count(labels: readonly (string | undefined)[]): void {
    this.#add(countClasses(labels.map((label) => (label === undefined ? {} : { label }))));
  }

  /** Adds the counts of another part of the images. */
  include(kept: readonly ClassCount[] | undefined, images: number): void {
    if (kept) this.#add(kept);
    else if (images > 0) this.#counts = undefined;
  }

  /** The counts, by label in the order of UTF-16 code units, so that equal counts give equal bytes. */
  get kept(): ClassCount[] | undefined {
    const counts = this.#counts;
    return counts && [...counts.keys()].sort().map((label) => ({ label, count: counts.get(label)! }));
  }

  #add(counts: readonly ClassCount[]): void {
    const own = this.#counts;
    if (own) for (const { label, count } of counts) own.set(label, (own.get(label) ?? 0) + count);
  }
}
