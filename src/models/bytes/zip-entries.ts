import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ByteSource, readPart } from './byte-source.js';
import { capital } from './capital.js';
import { dataViewOf } from './data-view-of.js';
import { zipDirectory } from './zip-directory.js';

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

const ENTRY = 0x02014b50;

/** The header in front of a file has at least this number of bytes, without the name of the file. */
const HEADER = 30;

/** The extra field of an entry with numbers of 64 bits. */
const NUMBERS_64 = 1;

/** What a number of 32 bits is if the real one has 64. */
const LARGE = 0xffffffff;

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
  const directory = zipDirectory(source);
  if (!directory) throw zipError(subject, 'it has no directory');
  const bytes = readPart(source, directory.from, directory.length);
  const view = dataViewOf(bytes);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < directory.count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY)
      throw zipError(subject, 'its directory is damaged');
    const flags = view.getUint16(at + 8, true);
    const extra = at + 46 + view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    // Older programs write names with one byte per character.
    const decoder = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1');
    const name = plainName(decoder.decode(bytes.subarray(at + 46, extra)));
    const numbers = [24, 20, 42].map((place) => view.getUint32(at + place, true));
    const [size, packedSize, header] = inFull(numbers, bytes.subarray(extra, extra + extraLength));
    entries.push({
      name,
      encrypted: (flags & 1) !== 0,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize: packedSize!,
      size: size!,
      header: header!,
    });
    at = extra + extraLength + view.getUint16(at + 32, true);
  }
  checkOverlap(subject, entries, directory.from);
  const files = entries.filter(({ name }) => !HIDDEN.test(name));
  for (const { name } of files) {
    if (names.has(name)) throw zipError(subject, `it contains ${name} twice`);
    names.add(name);
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > SMALL && total > MOST_PACKED * source.size)
    throw zipError(
      subject,
      `its files would have ${total} bytes, ${Math.round(total / source.size)} times as many as it`,
    );
  return files;
}

/** A name as most programs write it. Some programs of Windows divide folders by backslashes, others begin with `./`. */
function plainName(name: string): string {
  return name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

/** The numbers of an entry. Those that are too large for 32 bits stand in its extra field, in the same order. */
function inFull(numbers: readonly number[], extra: Uint8Array): number[] {
  const view = dataViewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== NUMBERS_64) continue;
    let place = at + 4;
    const end = Math.min(extra.length, place + view.getUint16(at + 2, true));
    return numbers.map((number) => {
      if (number !== LARGE || place + 8 > end) return number;
      place += 8;
      return Number(view.getBigUint64(place - 8, true));
    });
  }
  return [...numbers];
}

/** Checks that no byte belongs to two files: a small zip file could have the same bytes unpacked any number of times. */
function checkOverlap(subject: string, entries: readonly ZipEntry[], directory: number): void {
  const inOrder = [...entries].sort((a, b) => a.header - b.header);
  for (const [i, { name, header, packedSize }] of inOrder.entries()) {
    const next = inOrder[i + 1];
    if (header + HEADER + packedSize > (next?.header ?? directory))
      throw zipError(subject, `${name} overlaps ${next?.name ?? 'the directory'}`);
  }
}
