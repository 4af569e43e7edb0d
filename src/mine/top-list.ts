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
  const axis = a.position.findIndex((cell, i) => cell !== b.position[i]);
  return axis < 0 ? 0 : a.position[axis]! - b.position[axis]!;
}

/** The k strongest activations of one feature map, at most one an image. */
export class TopList<Entry extends Ranked> {
  readonly #k: number;
  readonly #entries: Entry[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  /** Strongest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Whether an activation would enter, as far as can be known before its position is. */
  admits(id: string, activation: number): boolean {
    const same = this.#entries.find((entry) => entry.id === id);
    if (same) return activation >= same.activation;
    const last = this.#entries.at(-1);
    if (this.#entries.length < this.#k || last === undefined) return true;
    return compareRanked({ id, activation, position: [] }, last) < 0;
  }

  /** Adds an entry if it is strong enough; returns the entry that fell out: the weakest, the image's former one, or itself. */
  insert(entry: Entry): Entry | undefined {
    const same = this.#entries.findIndex(({ id }) => id === entry.id);
    if (same >= 0) {
      if (compareRanked(entry, this.#entries[same]!) >= 0) return entry;
      const [former] = this.#entries.splice(same, 1);
      this.#place(entry);
      return former;
    }
    this.#place(entry);
    return this.#entries.length > this.#k ? this.#entries.pop() : undefined;
  }

  #place(entry: Entry): void {
    const at = this.#entries.findIndex((other) => compareRanked(entry, other) < 0);
    this.#entries.splice(at < 0 ? this.#entries.length : at, 0, entry);
  }
}
