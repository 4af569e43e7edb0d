/** An entry of a top-k list; what it holds beside its rank is the caller's. */
export interface Ranked {
  readonly id: string;
  readonly activation: number;
  /** Per spatial axis. */
  readonly position: readonly number[];
}

/**
 * The total order of activations: largest first, then by id (UTF-16 code units), then by position. With it a list
 * depends neither on batches nor on the order of arrival.
 */
export function compareRanked(a: Ranked, b: Ranked): number {
  if (a.activation !== b.activation) return b.activation - a.activation;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return comparePositions(a.position, b.position);
}

/**
 * The k strongest activations of one feature map, at most so many an image. Of entries that cannot stay together
 * (one place of an image twice, too many of an image, more than k) the weakest goes, so that the order in which they
 * come does not matter.
 */
export class TopList<Entry extends Ranked> {
  readonly #k: number;
  readonly #perImage: number;
  readonly #entries: Entry[] = [];

  constructor(k: number, perImage = 1) {
    this.#k = k;
    this.#perImage = perImage;
  }

  /** Strongest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** No activation below it can enter any more: the k-th strongest, or -Infinity while there are fewer. */
  get threshold(): number {
    return this.#entries[this.#k - 1]?.activation ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether an activation would enter, as far as can be known before its position is. */
  admits(id: string, activation: number): boolean {
    if (activation < this.threshold) return false;
    const own = this.#entries.filter((entry) => entry.id === id);
    if (own.length >= this.#perImage) return activation >= own.at(-1)!.activation;
    const last = this.#entries[this.#k - 1];
    return last === undefined || last.id === id || compareRanked({ id, activation, position: [] }, last) < 0;
  }

  /** Adds an entry if it is strong enough; returns the entry that fell out, which may be itself. */
  insert(entry: Entry): Entry | undefined {
    if (entry.activation < this.threshold) return entry;
    const twin = this.#entries.findIndex(
      ({ id, position }) => id === entry.id && comparePositions(position, entry.position) === 0,
    );
    if (twin >= 0) {
      if (compareRanked(entry, this.#entries[twin]!) >= 0) return entry;
      const [former] = this.#entries.splice(twin, 1);
      this.#place(entry);
      return former;
    }
    this.#place(entry);
    const own = this.#entries.filter(({ id }) => id === entry.id);
    const weakest = own.length > this.#perImage ? own.at(-1)! : this.#entries[this.#k];
    if (weakest) this.#entries.splice(this.#entries.indexOf(weakest), 1);
    return weakest;
  }

  #place(entry: Entry): void {
    const at = this.#entries.findIndex((other) => compareRanked(entry, other) < 0);
    this.#entries.splice(at < 0 ? this.#entries.length : at, 0, entry);
  }
}

function comparePositions(a: readonly number[], b: readonly number[]): number {
  const axis = a.findIndex((cell, i) => cell !== b[i]);
  return axis < 0 ? 0 : a[axis]! - b[axis]!;
}
