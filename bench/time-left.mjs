/** How far a job was, and when. */
export class Course {
  #steps = [];

  /** Notes the progress of `PatchMiner.projectAll` or `writeGallery`. */
  note({ cost, totalCost, patches, totalPatches, secondsLeft }) {
    this.#steps.push({ at: performance.now(), byCost: cost / totalCost, byCount: patches / totalPatches, secondsLeft });
  }

  /** Seconds from the first step to the last. */
  get seconds() {
    return (this.#steps.at(-1).at - this.#steps[0].at) / 1000;
  }

  /**
   * By how much the time left was estimated wrongly, in per cent of the time that was left in fact, when a share of the
   * work was done: `{ cost, count }`, as `secondsLeft` says it, and by the number of patches. Above 0 the estimate was too
   * long.
   */
  errorAt(share) {
    return {
      cost: this.#error('byCost', share, ({ secondsLeft }) => secondsLeft),
      count: this.#error('byCount', share, ({ at, byCount }) => {
        const elapsed = (at - this.#steps[0].at) / 1000;
        return (elapsed * (1 - byCount)) / byCount;
      }),
    };
  }

  #error(by, share, estimate) {
    const step = this.#steps.find((one) => one[by] >= share);
    const left = (this.#steps.at(-1).at - step.at) / 1000;
    return left === 0 ? 0 : 100 * (estimate(step) / left - 1);
  }
}
