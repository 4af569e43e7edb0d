import type { ResolvedInputFormat } from '../../input/input-format.js';
import { restoreValues } from '../../input/pixel-bytes.js';
import { cellCount } from '../../regions/region.js';
import { eachLine } from './each-line.js';
import type { StoredPixels } from './pixel-store.js';

/** One image, put together from boxes of its pixels. It is zero where no box has been pasted. */
export class PastedImage {
  /** The spatial sizes, then the number of channels. */
  readonly shape: readonly number[];
  /** Channels last. */
  readonly values: Float32Array;
  readonly #format: ResolvedInputFormat | undefined;
  readonly #isKnown: Uint8Array;
  readonly #pasted = new Set<StoredPixels>();

  /**
   * @param values the whole image, if it is known: then only boxes that are a part of it can be pasted
   */
  constructor(shape: readonly number[], format: ResolvedInputFormat | undefined, values?: Float32Array) {
    this.shape = shape;
    this.values = values ?? new Float32Array(cellCount(shape));
    this.#format = format;
    this.#isKnown = new Uint8Array(this.values.length).fill(values ? 1 : 0);
  }

  /**
   * Pastes a box. If it differs from what is known of the image, nothing is pasted: two images can have the same id.
   *
   * @returns whether the box is a part of this image now
   */
  paste(box: StoredPixels): boolean {
    if (this.#pasted.has(box)) return true;
    if (String(box.whole) !== String(this.shape)) return false;
    const channels = this.shape.at(-1)!;
    const values = restoreValues(box.values, this.#format, channels);
    const lines = { extent: this.shape.slice(0, -1), start: box.start, size: box.shape.slice(0, -1), channels };
    let fits = true;
    eachLine(lines, (to, from, length) => {
      for (let i = 0; i < length && fits; i++) {
        if (this.#isKnown[to + i] === 1 && !Object.is(this.values[to + i], values[from + i])) fits = false;
      }
    });
    if (!fits) return false;
    eachLine(lines, (to, from, length) => {
      this.values.set(values.subarray(from, from + length), to);
      this.#isKnown.fill(1, to, to + length);
    });
    this.#pasted.add(box);
    return true;
  }
}
