/** The part of an entry that decides its rank in a top-k list. */
export interface Ranked {
  readonly id: string;
  readonly activation: number;
  /** Per spatial axis. */
  readonly position: readonly number[];
}

/**
 * Compares two entries in the total order of activations: the largest activation first, then by id (UTF-16 code units),
 * then by position. Because the order is total, a list depends neither on batches nor on the order of arrival.
 */
export function compareRanked(a: Ranked, b: Ranked): number {
  if (a.activation !== b.activation) return b.activation - a.activation;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return comparePositions(a.position, b.position);
}

/**
 * The k strongest activations of one feature map, with at most `perImage` from one image. Entries cannot stay together if
 * they are at the same position of the same image, if there are too many from one image, or if there are more than k. Then
 * the weakest of them leaves the list, so that the order in which entries come does not matter.
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

  /** A bound: the k-th strongest activation, or -Infinity while there are fewer. None below it can enter any more. */
  get threshold(): number {
    return this.#entries[this.#k - 1]?.activation ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether an activation may enter, as far as that can be decided before its position is known. */
  admits(id: string, activation: number): boolean {
    if (activation < this.threshold) return false;
    const own = this.#entries.filter((entry) => entry.id === id);
    if (own.length >= this.#perImage) return activation >= own.at(-1)!.activation;
    const last = this.#entries[this.#k - 1];
    return last === undefined || last.id === id || compareRanked({ id, activation, position: [] }, last) < 0;
  }

  /** Adds an entry if it is strong enough. Returns the entry that left the list, which may be the added one itself. */
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
