/** How far a job was, and when. */
export class Course {
  #steps = [];

  /** Notes the progress of `PatchMiner.projectAll` or `writeGallery`. */
  note({ cost, totalCost, patches, totalPatches }) {
    this.#steps.push({ at: performance.now(), byCost: cost / totalCost, byCount: patches / totalPatches });
  }

  /** Seconds from the first step to the last. */
  get seconds() {
    return (this.#steps.at(-1).at - this.#steps[0].at) / 1000;
  }

  /**
   * By how much the time left was estimated wrongly, in per cent of the time that was left in fact, when a share of the
   * work was done: `{ cost, count }`, by multiply-adds and by the number of patches. Above 0 the estimate was too long.
   */
  errorAt(share) {
    return { cost: this.#error('byCost', share), count: this.#error('byCount', share) };
  }

  #error(by, share) {
    const [first] = this.#steps;
    const step = this.#steps.find((one) => one[by] >= share);
    const elapsed = step.at - first.at;
    const left = this.#steps.at(-1).at - step.at;
    if (left === 0) return 0;
    return 100 * ((elapsed * (1 - step[by])) / step[by] / left - 1);
  }
}
