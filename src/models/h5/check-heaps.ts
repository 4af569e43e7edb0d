import { type ByteSource, readPart } from '../bytes/byte-source.js';

/** How a global heap begins, which is a collection of texts of any length: `GCOL`, and its version. */
const GLOBAL = [0x47, 0x43, 0x4f, 0x4c, 1] as const;

/** How a local heap begins, which holds the names in a group: `HEAP`, its version, and zeros. */
const LOCAL = [0x48, 0x45, 0x41, 0x50, 0, 0, 0, 0] as const;

/** A heap of more bytes than this is not read. Keras puts a few names into each. */
const MOST_BYTES = 2 ** 28;

/** The header of a global heap, and that of an object in it, and the least free part of a local heap. */
const HEADER = 16;

/**
 * Finds a heap that the HDF5 library would read without end. In a global heap it goes from object to object by their
 * sizes, and does not notice one that has no size. In a local heap it goes from one free part to the next, and does not
 * notice a circle.
 *
 * @param position where the bytes stand in the file
 * @param bytes what the library is about to read
 * @param base where the HDF5 file begins in the source
 * @returns where the damaged heap begins, if there is one
 */
export function damagedHeap(source: ByteSource, position: number, bytes: Uint8Array, base: number): number | undefined {
  for (const [start, isSound] of [
    [GLOBAL, isSoundGlobal],
    [LOCAL, isSoundLocal],
  ] as const) {
    const isDamaged = (at: number): boolean => startsAt(source, at, start) && !isSound(source, at, base);
    // The last bytes of the read before may be the first ones of a heap.
    for (let at = Math.max(0, position - start.length + 1); at < position; at++) if (isDamaged(at)) return at;
    for (let at = bytes.indexOf(start[0]); at >= 0; at = bytes.indexOf(start[0], at + 1)) {
      if (isDamaged(position + at)) return position + at;
    }
  }
  return undefined;
}

function startsAt(source: ByteSource, at: number, start: readonly number[]): boolean {
  const bytes = readPart(source, at, start.length);
  return start.every((byte, i) => bytes[i] === byte);
}

/** Whether the objects of a global heap follow each other up to its end. */
function isSoundGlobal(source: ByteSource, start: number): boolean {
  const length = numberAt(source, start + 8);
  if (!(length <= Math.min(MOST_BYTES, source.size - start))) return false;
  const { buffer, byteOffset } = readPart(source, start, length);
  const view = new DataView(buffer, byteOffset, length);
  let at = HEADER;
  while (at + HEADER <= length) {
    const isFree = view.getUint16(at, true) === 0;
    const size = Number(view.getBigUint64(at + 8, true));
    const step = isFree ? size : HEADER + 8 * Math.ceil(size / 8);
    if (!(step >= HEADER && at + step <= length)) return false;
    at += step;
  }
  return true;
}

/** Whether the free parts of a local heap end. A part that is outside the heap, the library notices. */
function isSoundLocal(source: ByteSource, start: number, base: number): boolean {
  const length = numberAt(source, start + 8);
  const data = base + numberAt(source, start + 24);
  const seen = new Set<number>();
  let at = numberAt(source, start + 16);
  while (at + HEADER <= length) {
    if (seen.has(at) || seen.size * HEADER > MOST_BYTES) return false;
    seen.add(at);
    at = numberAt(source, data + at);
    // The last one says so by an impossible place.
    if (at === 1) return true;
  }
  return true;
}

/** A number of 8 bytes; not a number behind the end of the file. */
function numberAt(source: ByteSource, at: number): number {
  const bytes = readPart(source, at, 8);
  return bytes.length < 8 ? Number.NaN : Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
}
