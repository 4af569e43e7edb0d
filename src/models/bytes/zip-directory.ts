import { type ByteSource, readPart } from './byte-source.js';
import { dataViewOf } from './data-view-of.js';

/** Where the directory of a zip file is, and how many entries it has. */
export interface ZipDirectory {
  readonly from: number;
  readonly length: number;
  readonly count: number;
}

const END = 0x06054b50;
const LOCATOR_64 = 0x07064b50;
const END_64 = 0x06064b50;

/** The record at the end of a zip file has 22 bytes, and a comment of at most 65,535. */
const END_BYTES = 22;
const LONGEST_END = END_BYTES + 65_535;

/** The record at the end that has numbers of 64 bits, and the one behind it that says where it is. */
const END_64_BYTES = 56;
const LOCATOR_64_BYTES = 20;

/** Finds the directory of a zip file by the record at its end; undefined if there is none. Other bytes may follow it. */
export function zipDirectory(source: ByteSource): ZipDirectory | undefined {
  const start = Math.max(0, source.size - LONGEST_END);
  const tail = dataViewOf(readPart(source, start, LONGEST_END));
  const ends: number[] = [];
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) if (tail.getUint32(at, true) === END) ends.push(at);
  // A comment may contain what looks like such a record. The real one has a comment that ends with the file.
  const end =
    ends.find((at) => at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength) ??
    ends.find((at) => isDirectory(directoryAt(source, tail, start, at), start + at));
  if (end === undefined) return undefined;
  const directory = directoryAt(source, tail, start, end);
  return isDirectory(directory, start + end) ? directory : undefined;
}

function isDirectory(directory: ZipDirectory | undefined, end: number): directory is ZipDirectory {
  return directory !== undefined && directory.from + directory.length <= end;
}

/** @param end where the record is in the tail of the file, which begins at `start` */
function directoryAt(source: ByteSource, tail: DataView, start: number, end: number): ZipDirectory | undefined {
  const count = tail.getUint16(end + 10, true);
  const length = tail.getUint32(end + 12, true);
  const from = tail.getUint32(end + 16, true);
  if (count !== 0xffff && length !== 0xffffffff && from !== 0xffffffff) return { count, length, from };
  return directory64(source, start + end - LOCATOR_64_BYTES) ?? { count, length, from };
}

/** The directory of a zip file that is too large for numbers of 32 bits, or was written as if it were. */
function directory64(source: ByteSource, at: number): ZipDirectory | undefined {
  if (at < 0) return undefined;
  const locator = dataViewOf(readPart(source, at, LOCATOR_64_BYTES));
  if (locator.getUint32(0, true) !== LOCATOR_64) return undefined;
  const record = dataViewOf(readPart(source, Number(locator.getBigUint64(8, true)), END_64_BYTES));
  if (record.byteLength < END_64_BYTES || record.getUint32(0, true) !== END_64) return undefined;
  const number = (place: number): number => Number(record.getBigUint64(place, true));
  return { count: number(32), length: number(40), from: number(48) };
}
