/**
 * Lets a limited number of sheets be drawn at a time, so that few of them are in memory.
 */
export class DrawingQueue {
  readonly capacity: number;
  readonly #running = new Set<Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /**
   * Begins some work as soon as fewer than `capacity` others are running.
   *
   * @returns when it has begun; `done` is its result
   * @throws the error of any other work that failed while this one waited
   */
  async begin<Result>(work: () => Promise<Result>): Promise<{ readonly done: Promise<Result> }> {
    while (this.#running.size >= this.capacity) await Promise.race(this.#running);
    const done = work();
    const running: Promise<unknown> = done.then(() => this.#running.delete(running));
    // It is awaited later. Until then a failure must not count as an unhandled rejection.
    running.catch(() => undefined);
    done.catch(() => undefined);
    this.#running.add(running);
    return { done };
  }

  /** Runs some work alone: when all other work that was to run alone is done. */
  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#last;
    const own = before.then(work);
    this.#last = own.catch(() => undefined);
    return own;
  }

  /**
   * Waits until all work is done.
   *
   * @throws the error of work that failed
   */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Waits until nothing is running any more, whether it fails or not. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}
