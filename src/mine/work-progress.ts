import type { Deconvnet } from '../deconvnet.js';
import { type PictureWork, pictureCost } from './picture-work.js';

/** How far the projecting of all patches is. */
export interface ProjectAllProgress {
  /** Images that are done, and all images. */
  readonly images: number;
  readonly totalImages: number;
  /** Patches that are done, and all patches. */
  readonly patches: number;
  readonly totalPatches: number;
  /** Estimated multiply-adds that are done, and all. They tell better than numbers of patches how much time is left. */
  readonly cost: number;
  readonly totalCost: number;
  /**
   * Estimated seconds until all is done: what is left of the cost, at the speed of the last half of what is done. The first
   * images are slower, because engines still compile. Infinity before the first image is done.
   */
  readonly secondsLeft: number;
}

/** Counts the pictures that are done, with the estimated cost of each. */
export class WorkProgress {
  readonly #costs: ReadonlyMap<PictureWork, number>;
  readonly #totals: Pick<ProjectAllProgress, 'totalImages' | 'totalPatches' | 'totalCost'>;
  readonly #done = { images: 0, patches: 0, cost: 0 };
  /** When how much of the cost was done, since the work began. */
  #marks: { readonly at: number; readonly cost: number }[] = [];
  /** The last of them at which half or less of what is done now was done. */
  #half = 0;

  constructor(deconvnet: Deconvnet, work: readonly PictureWork[]) {
    this.#costs = new Map(work.map((one) => [one, pictureCost(deconvnet, one)]));
    this.#totals = {
      totalImages: work.length,
      totalPatches: work.reduce((sum, { patches }) => sum + patches.length, 0),
      totalCost: [...this.#costs.values()].reduce((a, b) => a + b, 0),
    };
  }

  /** How far the work is now. */
  get now(): ProjectAllProgress {
    return { ...this.#done, ...this.#totals, secondsLeft: this.#secondsLeft };
  }

  /** Begins to count time. What was finished before says nothing about the speed. */
  begin(): void {
    this.#marks = [{ at: performance.now(), cost: this.#done.cost }];
    this.#half = 0;
  }

  /** Counts a picture as done. */
  finish(one: PictureWork): void {
    this.#done.images++;
    this.#done.patches += one.patches.length;
    this.#done.cost += this.#costs.get(one)!;
    this.#marks.push({ at: performance.now(), cost: this.#done.cost });
  }

  get #secondsLeft(): number {
    const marks = this.#marks;
    const left = this.#totals.totalCost - this.#done.cost;
    if (this.#done.images === this.#totals.totalImages) return 0;
    if (marks.length < 2) return Number.POSITIVE_INFINITY;
    const last = marks.at(-1)!;
    const middle = (marks[0]!.cost + last.cost) / 2;
    while (this.#half < marks.length - 2 && marks[this.#half + 1]!.cost <= middle) this.#half++;
    const from = marks[this.#half]!;
    return (left * (last.at - from.at)) / (last.cost - from.cost) / 1000;
  }
}
