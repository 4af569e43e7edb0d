/** Pictures of a listing, from `start` up to and without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What of a listing is still to be done. */
export interface WorkLeft {
  /** From here on nothing has been begun. */
  readonly cursor: number;
  /** Before it, what has been begun and is not done. */
  readonly pending: readonly Range[];
}

/**
 * The work on an ordered listing: chunk after chunk, and again what failed. What is left is a place in the listing and a
 * few ranges before it, however long the listing is.
 */
export class Worklist {
  readonly #total: number;
  readonly #chunk: number;
  #cursor: number;
  readonly #waiting: Range[];
  readonly #running = new Set<Range>();

  constructor(total: number, chunk: number, { cursor, pending }: WorkLeft = { cursor: 0, pending: [] }) {
    this.#total = total;
    this.#chunk = chunk;
    this.#cursor = cursor;
    this.#waiting = [...pending];
  }

  /** The next range to mine; undefined where all has been begun. */
  take(): Range | undefined {
    const range = this.#waiting.shift() ?? this.#next();
    if (range) this.#running.add(range);
    return range;
  }

  /** Notes that a range is done. */
  finish(range: Range): void {
    this.#running.delete(range);
  }

  /** Puts a range that failed back, next in turn: in halves, where it has more than one picture. */
  putBack(range: Range): void {
    this.#running.delete(range);
    const { start, end } = range;
    const middle = Math.ceil((start + end) / 2);
    this.#waiting.unshift(
      ...(end - start > 1
        ? [
            { start, end: middle },
            { start: middle, end },
          ]
        : [range]),
    );
  }

  get left(): WorkLeft {
    const pending = [...this.#waiting, ...this.#running].sort((a, b) => a.start - b.start);
    return { cursor: this.#cursor, pending };
  }

  /** How many pictures are done. */
  get done(): number {
    const { cursor, pending } = this.left;
    return cursor - pending.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Whether nothing is left. */
  get finished(): boolean {
    return this.done === this.#total;
  }

  #next(): Range | undefined {
    const start = this.#cursor;
    if (start >= this.#total) return undefined;
    this.#cursor = Math.min(start + this.#chunk, this.#total);
    return { start, end: this.#cursor };
  }
}
