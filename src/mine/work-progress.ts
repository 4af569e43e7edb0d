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
}

/** Counts the pictures that are done, with the estimated cost of each. */
export class WorkProgress {
  readonly #costs: ReadonlyMap<PictureWork, number>;
  readonly #totals: Pick<ProjectAllProgress, 'totalImages' | 'totalPatches' | 'totalCost'>;
  readonly #done = { images: 0, patches: 0, cost: 0 };

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
    return { ...this.#done, ...this.#totals };
  }

  /** Counts a picture as done. */
  finish(one: PictureWork): void {
    this.#done.images++;
    this.#done.patches += one.patches.length;
    this.#done.cost += this.#costs.get(one)!;
  }
}
