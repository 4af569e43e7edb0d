import type { ByteSource } from '../bytes/byte-source.js';
import { damagedHeap } from './check-heaps.js';

/**
 * Reads a file for the HDF5 library, and refuses what the library would read without end. The library does not say why a
 * read failed, so the reader keeps it.
 */
export class CheckedReader {
  readonly #source: ByteSource;
  readonly #base: number;
  /** Whether bytes are values of a weight, which no structure has to be looked for in. */
  readsValues = false;
  /** How many bytes were read. */
  bytes = 0;
  /** What is wrong with the file, if something was found. */
  damage: string | undefined;
  /** The error of the source itself, such as a disk that was taken away. */
  error: unknown;

  /** @param base where the HDF5 file begins in the source */
  constructor(source: ByteSource, base: number) {
    this.#source = source;
    this.#base = base;
  }

  /** Reads bytes from a position, as a source does; undefined if they must not be used. */
  read(into: Uint8Array, position: number): number | undefined {
    try {
      const read = this.#source.read(into, position);
      this.bytes += read;
      if (this.readsValues) return read;
      const heap = damagedHeap(this.#source, position, into.subarray(0, read), this.#base);
      if (heap === undefined) return read;
      this.damage = `the names that are stored at byte ${heap} are damaged`;
    } catch (error) {
      this.error = error;
    }
    return undefined;
  }
}
