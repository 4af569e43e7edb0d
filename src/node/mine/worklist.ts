/** Pictures of a list, from `start` up to but without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The part of a list that is still to be done. */
export interface WorkLeft {
  /** The index from which on nothing has been begun. */
  readonly cursor: number;
  /** The ranges before it that have been begun and are not done. */
  readonly pending: readonly Range[];
}

/**
 * Hands out the chunks of an ordered list, and again those that failed. What is left is described by an index and a few
 * ranges before it, however long the list is.
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

  /** The next range to mine; undefined if everything has been begun. */
  take(): Range | undefined {
    const range = this.#waiting.shift() ?? this.#next();
    if (range) this.#running.add(range);
    return range;
  }

  /** Marks a range as done. */
  finish(range: Range): void {
    this.#running.delete(range);
  }

  /** Puts back a range that failed, as the next one to mine. A range of several pictures is split in halves. */
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

  /** The number of pictures that are done. */
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
