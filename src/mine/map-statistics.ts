import { type ActivationHistogram, binOf, histogramOf, type KeptHistogram } from './activation-histogram.js';
import { ExactSum } from './exact-sum.js';

/** How a feature map behaves over all images that were mined, not only over those of its patches. */
export interface FeatureMapStatistics {
  /** The number of images that were mined. An image that was added twice counts twice. */
  readonly images: number;
  /** The number of images on which its strongest activation is above 0. */
  readonly fired: number;
  /** `fired / images`, 0 to 1; NaN before the first image. */
  readonly firingShare: number;
  /** The mean of each image's strongest activation; NaN before the first image. */
  readonly mean: number;
  /** The strongest activation over all images; NaN before the first image. */
  readonly maximum: number;
  /** Whether it never fired: images were mined, it was above 0 on none of them, and it cannot be negative. */
  readonly dead: boolean;
  /**
   * Whether the strongest activation is exactly the same on all images, of which there are at least two, although the
   * feature map is not dead. Then its patches are ordered only by id, and no patch excites it more than another.
   */
  readonly constant: boolean;
  /**
   * How each image's strongest activation is distributed, in bins that are the same for all feature maps. Absent if a part
   * of the images was mined by version 0.1, which did not count it.
   */
  readonly histogram?: ActivationHistogram;
}

/** The statistics of a feature map as plain data. */
export interface KeptStatistics {
  /** The sum of each image's strongest activation, in units of 2^-149: a whole number in decimal digits. */
  readonly sum: string;
  readonly fired: number;
  /** Null before the first image. */
  readonly maximum: number | null;
  /** Absent in states of version 0.1. */
  readonly histogram?: KeptHistogram;
}

/**
 * Counts the strongest activation of a feature map on each image. The counts are exact, so that neither the order of the
 * images nor their division into parts changes them.
 */
export class MapStatistics {
  #sum = new ExactSum();
  #fired = 0;
  #maximum = Number.NEGATIVE_INFINITY;
  /** By bin, how many images have their strongest activation there; undefined if it is not known of all images. */
  #bins: Map<number, number> | undefined = new Map();

  /** Counts one image by its strongest activation, a finite float32. */
  count(strongest: number): void {
    if (strongest > this.#maximum) this.#maximum = strongest;
    this.#sum.add(strongest);
    if (!(strongest > 0)) return;
    this.#fired++;
    if (this.#bins) addTo(this.#bins, binOf(strongest), 1);
  }

  /** Adds the counts of another part of the images. */
  include({ sum, fired, maximum, histogram }: KeptStatistics): void {
    this.#sum = new ExactSum(this.#sum.units + BigInt(sum));
    this.#fired += fired;
    if (maximum !== null && maximum > this.#maximum) this.#maximum = maximum;
    if (!histogram && maximum !== null) this.#bins = undefined;
    if (this.#bins) for (const [bin, count] of histogram ?? []) addTo(this.#bins, bin, count);
  }

  /** The counts as plain data. */
  get kept(): KeptStatistics {
    // Adding 0 turns -0 into 0. The two are equal, and JSON cannot tell them apart.
    const maximum = this.#maximum === Number.NEGATIVE_INFINITY ? null : this.#maximum + 0;
    // Sorted, so that equal counts give equal bytes.
    const histogram = this.#bins && [...this.#bins].sort(([a], [b]) => a - b);
    return { sum: String(this.#sum.units), fired: this.#fired, maximum, ...(histogram && { histogram }) };
  }

  /**
   * The statistics over a number of images.
   *
   * @param nonNegative - whether the activations of the layer cannot be negative
   */
  over(images: number, { nonNegative }: { readonly nonNegative: boolean }): FeatureMapStatistics {
    const dead = nonNegative && images > 0 && this.#fired === 0;
    return {
      images,
      fired: this.#fired,
      firingShare: this.#fired / images,
      mean: this.#sum.dividedBy(images),
      maximum: images === 0 ? Number.NaN : this.#maximum + 0,
      dead,
      // No term is above the maximum, so the sum is this large only if every term is the maximum.
      constant: !dead && images > 1 && this.#sum.isOf(images, this.#maximum),
      ...(this.#bins && { histogram: histogramOf(this.#bins, images - this.#fired) }),
    };
  }
}

function addTo(counts: Map<number, number>, bin: number, count: number): void {
  counts.set(bin, (counts.get(bin) ?? 0) + count);
}
