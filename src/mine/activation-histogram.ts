import { isCount } from '../errors/check-options.js';

/** How the strongest activations of a feature map are distributed over the images that were mined. */
export interface ActivationHistogram {
  /** The number of images on which the strongest activation is 0 or negative. */
  readonly notAbove: number;
  /**
   * The images on which it is above 0, from the first to the last bin that has any. There are four bins from each power
   * of two to the next one, all of the same width.
   */
  readonly bins: readonly HistogramBin[];
}

/** One bin of a histogram: the activations from `from` up to, but not including, `to`. */
export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  /** The number of images. */
  readonly count: number;
}

/** How often each bin was hit, in rising order of the bins. Bins that were not hit are left out. */
export type KeptHistogram = readonly (readonly [bin: number, count: number])[];

/** The number of bins that finite activations can have. */
export const BINS: number = 4 * 255;

/** Besides the exponent, the two highest bits of the fraction of a float32 decide its bin. */
const LOWER_BITS = 21;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bin of a finite float32 above 0, by its exponent and the two highest bits of its fraction: 0 to 1019. */
export function binOf(activation: number): number {
  float[0] = activation;
  return bits[0]! >>> LOWER_BITS;
}

/**
 * The histogram for a person.
 *
 * @param counts how often each bin was hit, in any order
 */
export function histogramOf(counts: ReadonlyMap<number, number>, notAbove: number): ActivationHistogram {
  const hit = [...counts.keys()];
  const first = Math.min(...hit);
  const last = Math.max(...hit);
  const bins: HistogramBin[] = [];
  for (let bin = first; bin <= last; bin++) {
    bins.push({ from: boundOf(bin), to: boundOf(bin + 1), count: counts.get(bin) ?? 0 });
  }
  return { notAbove, bins };
}

/** Whether a value has the form of a kept histogram of a number of images. */
export function isKeptHistogram(value: unknown, images: number): value is KeptHistogram {
  if (!Array.isArray(value)) return false;
  const pairs = value as readonly unknown[];
  const isPair = (pair: unknown): pair is [number, number] =>
    Array.isArray(pair) && pair.length === 2 && isCount(pair[0], 0) && pair[0] < BINS && isCount(pair[1], 1);
  if (!pairs.every(isPair)) return false;
  const isRising = pairs.every(([bin], i) => i === 0 || bin > pairs[i - 1]![0]);
  return isRising && pairs.reduce((sum, [, count]) => sum + count, 0) === images;
}

/** Where a bin begins. It is exact; the last bin of all ends at 2^128, which is no float32 any more. */
function boundOf(bin: number): number {
  const exponent = Math.floor(bin / 4);
  const quarters = bin % 4;
  // Below 2^-126, floats have no leading 1.
  return exponent === 0 ? quarters * 2 ** -128 : (1 + quarters / 4) * 2 ** (exponent - 127);
}
