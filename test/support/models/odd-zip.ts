import { deflateRawSync } from 'node:zlib';

/** A file in a zip file that is written as a program could write it, or as none should. */
export interface OddFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly packed?: boolean;
  /** What the directory says of it, if that is not true. */
  readonly size?: number;
  readonly checksum?: number;
  readonly encrypted?: boolean;
  /** Whether its sizes stand behind it, and not in front of it. */
  readonly descriptor?: boolean;
}

/** How the directory is written. */
export interface OddZip {
  /** Whether numbers have 64 bits. */
  readonly zip64?: boolean;
  readonly comment?: string;
  readonly trailing?: Uint8Array;
  readonly prefix?: Uint8Array;
  /** Whether all entries have the header of the first one. */
  readonly overlapping?: boolean;
}

/** Numbers in the order of a zip file: [value, bytes]. */
function record(...numbers: readonly (readonly [number, 2 | 4 | 8])[]): Buffer {
  return Buffer.concat(
    numbers.map(([value, length]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes.subarray(0, length);
    }),
  );
}

/** Writes a zip file. */
export function oddZip(files: readonly OddFile[], options: OddZip = {}): Uint8Array<ArrayBuffer> {
  const { zip64 = false, comment = '', trailing = new Uint8Array(0), prefix = new Uint8Array(0) } = options;
  const short = (value: number): number => (zip64 ? 0xffffffff : value);
  const parts: Uint8Array[] = [prefix];
  const entries: Buffer[] = [];
  let [at, first] = [prefix.length, prefix.length];
  const add = (...bytes: readonly Uint8Array[]): void => {
    parts.push(...bytes);
    for (const { length } of bytes) at += length;
  };
  for (const file of files) {
    const { name, bytes, packed = false, size = bytes.length, encrypted = false, descriptor = false } = file;
    const sum = file.checksum ?? crc32(bytes);
    const data = packed ? deflateRawSync(bytes) : bytes;
    const text = Buffer.from(name);
    const header = options.overlapping ? first : at;
    const about = record([(encrypted ? 1 : 0) | (descriptor ? 8 : 0) | 0x800, 2], [packed ? 8 : 0, 2], [0, 4]);
    const sums = [
      [sum, 4],
      [data.length, 4],
      [size, 4],
    ] as const;
    const inFront = descriptor
      ? ([
          [0, 4],
          [0, 4],
          [0, 4],
        ] as const)
      : sums;
    add(record([0x04034b50, 4], [20, 2]), about, record(...inFront, [text.length, 2], [0, 2]), text, data);
    if (descriptor) add(record([0x08074b50, 4], ...sums));
    const extra = zip64 ? record([1, 2], [24, 2], [size, 8], [data.length, 8], [header, 8]) : Buffer.alloc(0);
    entries.push(
      record([0x02014b50, 4], [20, 2], [20, 2]),
      about,
      record([sum, 4], [short(data.length), 4], [short(size), 4], [text.length, 2], [extra.length, 2]),
      record([0, 2], [0, 2], [0, 2], [0, 4], [short(header), 4]),
      text,
      extra,
    );
    first = Math.min(first, header);
  }
  const from = at;
  add(...entries);
  const length = at - from;
  const end = at;
  const count = zip64 ? 0xffff : files.length;
  if (zip64) {
    add(record([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4]));
    add(record([files.length, 8], [files.length, 8], [length, 8], [from, 8]));
    add(record([0x07064b50, 4], [0, 4], [end, 8], [1, 4]));
  }
  add(record([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [short(length), 4], [short(from), 4]));
  add(record([comment.length, 2]), Buffer.from(comment), trailing);
  return Uint8Array.from(Buffer.concat(parts));
}

function crc32(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
