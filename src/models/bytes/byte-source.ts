/** Bytes that are read in parts: a file on disk, a part of one, or bytes in memory. */
export interface ByteSource {
  readonly size: number;
  /**
   * Reads bytes from a position, until the array is full or the source ends.
   *
   * @returns how many bytes were read
   */
  read(into: Uint8Array, position: number): number;
}

/** Bytes in memory, which are not copied. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(into, position) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** A part of a source. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  return {
    size,
    read(into, position) {
      const length = Math.max(0, Math.min(into.length, size - position));
      return source.read(into.subarray(0, length), start + position);
    },
  };
}

/** Some bytes of a source as an array, which is shorter if the source ends before. */
export function readPart(source: ByteSource, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, source.size - position)));
  return bytes.subarray(0, source.read(bytes, position));
}
