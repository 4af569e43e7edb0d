/** Does what can be done already while other parts are worked on, one time after the other. */
export class WorkAhead {
  readonly #ahead: (signal: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  #working: Promise<void> | undefined;
  #partsDone = 0;

  constructor(ahead: (signal: AbortSignal) => Promise<void>) {
    this.#ahead = ahead;
  }

  /** Begins if more parts are done than the last time, unless that time is not over yet. */
  look(partsDone: number): void {
    if (partsDone === this.#partsDone || this.#working !== undefined) return;
    this.#partsDone = partsDone;
    // What fails here fails again, and is told, when all is put together.
    this.#working = this.#ahead(this.#stop.signal)
      .catch(() => undefined)
      .finally(() => {
        this.#working = undefined;
      });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }
}
