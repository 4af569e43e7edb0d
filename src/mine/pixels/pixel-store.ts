import type { StoredValues } from '../../input/pixel-bytes.js';

/** The kept pixels of one box of one image, shared by all patches that need just these. */
export interface StoredPixels {
  readonly id: string;
  /** First pixel, per spatial axis. */
  readonly start: readonly number[];
  /** Pixels per spatial axis, then channels. */
  readonly shape: readonly number[];
  /** Shape of the whole input, spatial axes then channels. */
  readonly whole: readonly number[];
  readonly values: StoredValues;
}

/** Keeps pixels while something refers to them, each box once. */
export class PixelStore {
  /** By box; two images that go by one id can have different pixels there. */
  readonly #kept = new Map<string, { readonly pixels: StoredPixels; references: number }[]>();
  #bytes = 0;

  /** Bytes of pixels kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Refers to the pixels of a box once more, and keeps them if they are new. Returns those that are kept. */
  hold(pixels: StoredPixels): StoredPixels {
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

  /** Refers to them once less; the last one frees them. */
  release(pixels: StoredPixels): void {
    const key = keyOf(pixels);
    const known = this.#kept.get(key) ?? [];
    const held = known.find((one) => one.pixels === pixels);
    if (!held) return;
    held.references--;
    if (held.references > 0) return;
    const rest = known.filter((one) => one !== held);
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
