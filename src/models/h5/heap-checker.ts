import { type ByteSource, readPart } from '../bytes/byte-source.js';
import { dataViewOf } from '../bytes/data-view-of.js';

/** How a global heap begins, which is a collection of texts of any length: `GCOL`, and its version. */
const GLOBAL = [0x47, 0x43, 0x4f, 0x4c, 1] as const;

/** How a local heap begins, which holds the names in a group: `HEAP`, its version, and zeros. */
const LOCAL = [0x48, 0x45, 0x41, 0x50, 0, 0, 0, 0] as const;

/** A heap of more bytes than this is not read, nor more bytes of all heaps together. Keras puts a few names into each. */
const MOST_BYTES = 2 ** 28;

/** How many bytes of a small file may be read to check its heaps, and how often each byte of a file on average. */
const FEWEST_BYTES = 2 ** 20;
const TIMES = 4;

/** How many bytes of a global heap are read at once, and how many bytes each read counts for at least. */
const WINDOW = 4096;
const LEAST_COST = 512;

/** The header of a global heap, and that of an object in it, and the least free part of a local heap. */
const HEADER = 16;

/** The header of a local heap. */
const LOCAL_HEADER = 32;

/**
 * Finds a heap that the HDF5 library would read without end. In a global heap it goes from object to object by their
 * sizes, and does not notice one that has no size. In a local heap it goes from one free part to the next, and does not
 * notice a circle.
 *
 * Any bytes can look like the beginning of a heap, and each such heap may claim most of the file. So a place is checked
 * once, and what is read for all checks together has a limit.
 */
export class HeapChecker {
  readonly #source: ByteSource;
  readonly #base: number;
  readonly #sound = new Set<number>();
  /** How many bytes may still be read. */
  #left: number;

  /** @param base where the HDF5 file begins in the source */
  constructor(source: ByteSource, base: number) {
    this.#source = source;
    this.#base = base;
    this.#left = Math.min(MOST_BYTES, FEWEST_BYTES + TIMES * source.size);
  }

  /**
   * Looks for damaged heaps in what the library is about to read.
   *
   * @param position where the bytes stand in the file
   * @returns where the damaged heap begins, if there is one. A heap that would take too long to check is damaged too.
   */
  damagedHeap(position: number, bytes: Uint8Array): number | undefined {
    return (
      this.#damaged(position, bytes, GLOBAL, (at) => this.#isSoundGlobal(at)) ??
      this.#damaged(position, bytes, LOCAL, (at) => this.#isSoundLocal(at))
    );
  }

  #damaged(
    position: number,
    bytes: Uint8Array,
    start: readonly number[],
    isSound: (at: number) => boolean,
  ): number | undefined {
    const isDamaged = (at: number): boolean => {
      if (this.#sound.has(at) || !this.#startsAt(at, start, position, bytes)) return false;
      if (!isSound(at)) return true;
      this.#sound.add(at);
      return false;
    };
    // The last bytes of the read before may be the first ones of a heap.
    for (let at = Math.max(0, position - start.length + 1); at < position; at++) if (isDamaged(at)) return at;
    for (let at = bytes.indexOf(start[0]!); at >= 0; at = bytes.indexOf(start[0]!, at + 1)) {
      if (isDamaged(position + at)) return position + at;
    }
    return undefined;
  }

  /** Whether bytes begin at a place in the file. They are read only if they are not all among those at hand. */
  #startsAt(at: number, start: readonly number[], position: number, bytes: Uint8Array): boolean {
    const from = at - position;
    if (from >= 0 && from + start.length <= bytes.length) return start.every((byte, i) => bytes[from + i] === byte);
    const read = readPart(this.#source, at, start.length);
    return start.every((byte, i) => read[i] === byte);
  }

  /** Whether the objects of a global heap follow each other up to its end. */
  #isSoundGlobal(start: number): boolean {
    let from = 0;
    let window = this.#read(start, WINDOW);
    if (!window || window.byteLength < HEADER) return false;
    const length = numberAt(window, 8);
    if (!(length <= Math.min(MOST_BYTES, this.#source.size - start))) return false;
    let at = HEADER;
    while (at + HEADER <= length) {
      if (at + HEADER > from + window.byteLength) {
        from = at;
        window = this.#read(start + at, Math.min(WINDOW, length - at));
        if (!window || window.byteLength < HEADER) return false;
      }
      const isFree = window.getUint16(at - from, true) === 0;
      const size = numberAt(window, at - from + 8);
      const step = isFree ? size : HEADER + 8 * Math.ceil(size / 8);
      if (!(step >= HEADER && at + step <= length)) return false;
      at += step;
    }
    return true;
  }

  /** Whether the free parts of a local heap end. A part that is outside the heap, the library notices. */
  #isSoundLocal(start: number): boolean {
    const header = this.#read(start, LOCAL_HEADER);
    if (!header) return false;
    if (header.byteLength < LOCAL_HEADER) return true;
    const length = numberAt(header, 8);
    const data = this.#base + numberAt(header, 24);
    const seen = new Set<number>();
    let at = numberAt(header, 16);
    while (at + HEADER <= length) {
      if (seen.has(at)) return false;
      seen.add(at);
      const next = this.#read(data + at, 8);
      if (!next) return false;
      if (next.byteLength < 8) return true;
      at = numberAt(next, 0);
      // The last one says so by an impossible place.
      if (at === 1) return true;
    }
    return true;
  }

  /** Bytes of the file, fewer if it ends before; undefined if no more may be read. */
  #read(at: number, length: number): DataView | undefined {
    this.#left -= Math.max(LEAST_COST, length);
    return this.#left < 0 ? undefined : dataViewOf(readPart(this.#source, at, length));
  }
}

function numberAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
