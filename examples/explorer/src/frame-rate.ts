/** Over how long frames are counted, in milliseconds. */
const WINDOW = 2000;

/** Counts frames. */
export class FrameRate {
  #times: number[] = [];

  /** Another frame is done; how many a second there are of late, null after the first one. */
  tick(now: number): number | null {
    this.#times = [...this.#times.filter((time) => now - time < WINDOW), now];
    const [first] = this.#times;
    return first === undefined || first === now ? null : ((this.#times.length - 1) * 1000) / (now - first);
  }
}
