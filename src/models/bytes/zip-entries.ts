import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ByteSource, readPart } from './byte-source.js';
import { capital } from './capital.js';

/** A file in a zip file, as the directory at the end of the zip file describes it. */
export interface ZipEntry {
  readonly name: string;
  /** How it is packed: 0 stored, 8 deflated. */
  readonly method: number;
  /** Whether it is encrypted. */
  readonly encrypted: boolean;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly header: number;
}

/** Folders, hidden files, and what macOS adds to zip files. */
const HIDDEN = /(^|\/)(__MACOSX\/|\.)|\/$/;

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The record at the end of a zip file has 22 bytes, and a comment of at most 65,535. */
const LONGEST_END = 22 + 65_535;

/** Files of fewer bytes than this, all together, may be packed as well as they can be. */
const SMALL = 2 ** 27;

/** Weights hardly become smaller by packing, and text becomes ten times smaller. Deflate can pack zeros to a thousandth. */
const MOST_PACKED = 100;

/** The error for a zip file that cannot be read. */
export function zipError(subject: string, why: string, cause?: unknown): DeconvnetError {
  return new DeconvnetError(
    'model-unreadable',
    `${capital(subject)} is a zip file that cannot be unpacked: ${why}. It is damaged or was cut short. Download or make it again.`,
    { cause },
  );
}

/**
 * Reads the directory of a zip file, without hidden files and folders. Entries may be in any order.
 *
 * @param subject the name of the zip file in messages
 * @throws DeconvnetError `model-unreadable`.
 */
export function zipEntries(subject: string, source: ByteSource): ZipEntry[] {
  const start = Math.max(0, source.size - LONGEST_END);
  const tail = viewOf(readPart(source, start, LONGEST_END));
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) throw zipError(subject, 'it has no directory');
  const count = tail.getUint16(end + 10, true);
  const length = tail.getUint32(end + 12, true);
  const from = tail.getUint32(end + 16, true);
  if (from === 0xffffffff || count === 0xffff)
    throw zipError(subject, 'it is in the format zip64, which cannot be read');
  if (from + length > start + end) throw zipError(subject, 'its directory is damaged');
  const bytes = readPart(source, from, length);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY)
      throw zipError(subject, 'its directory is damaged');
    const flags = view.getUint16(at + 8, true);
    const nameLength = view.getUint16(at + 28, true);
    // Older programs write names with one byte per character.
    const decoder = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1');
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const entry = {
      name,
      encrypted: (flags & 1) !== 0,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    };
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (HIDDEN.test(name)) continue;
    if (names.has(name)) throw zipError(subject, `it contains ${name} twice`);
    names.add(name);
    entries.push(entry);
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > SMALL && total > MOST_PACKED * source.size)
    throw zipError(
      subject,
      `its files would have ${total} bytes, ${Math.round(total / source.size)} times as many as it`,
    );
  return entries;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
