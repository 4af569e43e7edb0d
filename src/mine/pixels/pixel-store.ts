import type { StoredValues } from '../../input/pixel-bytes.js';

/** The stored pixels of one box of one image, which all patches with exactly these pixels share. */
export interface StoredPixels {
  /** The id of the image. */
  readonly id: string;
  /** The first pixel of the box, per spatial axis. */
  readonly start: readonly number[];
  /** The number of pixels per spatial axis, then the number of channels. */
  readonly shape: readonly number[];
  /** The shape of the whole image: the spatial sizes, then the number of channels. */
  readonly whole: readonly number[];
  readonly values: StoredValues;
}

/** Stores pixels as long as patches refer to them. Each box is stored once. */
export class PixelStore {
  /** By box. Two images that were given the same id can have different pixels in it, so each box has a list. */
  readonly #kept = new Map<string, { readonly pixels: StoredPixels; references: number }[]>();
  #bytes = 0;

  /** How many bytes of pixels are stored. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts one more reference to the pixels of a box, and stores them if they are new. Returns the stored ones. */
  retain(pixels: StoredPixels): StoredPixels {
    const key = keyOf(pixels);
    const known = this.#kept.get(key) ?? [];
    const same = known.find((one) => sameValues(one.pixels.values, pixels.values));
    if (same) {
      same.references++;
      return same.pixels;
    }
    this.#bytes += pixels.values.byteLength;
    this.#kept.set(key, [...known, { pixels, references: 1 }]);
    return pixels;
  }

  /** Counts one reference less. The pixels are freed with the last one. */
  release(pixels: StoredPixels): void {
    const key = keyOf(pixels);
    const known = this.#kept.get(key) ?? [];
    const stored = known.find((one) => one.pixels === pixels);
    if (!stored) return;
    stored.references--;
    if (stored.references > 0) return;
    const rest = known.filter((one) => one !== stored);
    if (rest.length > 0) this.#kept.set(key, rest);
    else this.#kept.delete(key);
    this.#bytes -= pixels.values.byteLength;
  }
}

function sameValues(a: StoredValues, b: StoredValues): boolean {
  return a === b || (a.constructor === b.constructor && a.length === b.length && a.every((value, i) => value === b[i]));
}

function keyOf({ id, start, shape }: StoredPixels): string {
  return JSON.stringify([id, start, shape]);
}
