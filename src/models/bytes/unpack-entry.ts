import { type ByteSource, bytesInMemory, partOf, readPart } from './byte-source.js';
import { checksum } from './checksum.js';
import { type ZipEntry, zipError } from './zip-entries.js';

const LOCAL = 0x04034b50;

/** So many bytes are read at once. */
const PIECE = 2 ** 18;

/** So many are unpacked at once. They can become a thousand times as many before the first of them are counted. */
const PACKED_PIECE = 2 ** 14;

/**
 * The bytes of a file in a zip file, after its checksum was checked. A stored file is not copied, and is read when it is
 * needed. A packed one is unpacked in memory.
 *
 * @param subject the name of the zip file in messages
 * @throws DeconvnetError `model-unreadable` for a file that is damaged, encrypted, packed in another way, or of another
 * size than the directory says.
 */
export async function unpackEntry(subject: string, source: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const { name, method, packedSize, size } = entry;
  const fail = (why: string, cause?: unknown): Error => zipError(subject, why, cause);
  if (entry.encrypted) throw fail(`${name} is encrypted`);
  const packed = partOf(source, dataStart(source, entry, fail), packedSize);
  let unpacked: ByteSource;
  if (method === 0) {
    if (packedSize !== size) throw fail(`the two sizes of ${name} differ`);
    unpacked = packed;
  } else if (method === 8) {
    unpacked = bytesInMemory(await inflated(packed, size, name, fail));
  } else throw fail(`${name} is packed by a method (${method}) other than deflate`);
  let sum = 0;
  const piece = new Uint8Array(PIECE);
  for (let at = 0; at < size; at += PIECE) {
    const read = unpacked.read(piece.subarray(0, Math.min(PIECE, size - at)), at);
    sum = checksum(piece.subarray(0, read), sum);
  }
  if (sum !== entry.checksum) throw fail(`the checksum of ${name} is wrong`);
  return unpacked;
}

/** Where the bytes of a file begin: after its own header, whose length only the header itself says. */
function dataStart(source: ByteSource, { name, header, packedSize }: ZipEntry, fail: (why: string) => Error): number {
  const bytes = readPart(source, header, 30);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 30 || view.getUint32(0, true) !== LOCAL) throw fail(`the header of ${name} is damaged`);
  const start = header + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + packedSize > source.size) throw fail(`${name} ends too early`);
  return start;
}

/** Unpacks a file, and stops as soon as it becomes larger than the directory says. */
async function inflated(
  packed: ByteSource,
  size: number,
  name: string,
  fail: (why: string, cause?: unknown) => Error,
): Promise<Uint8Array> {
  const { Inflate } = await import('fflate');
  const bytes = allocated(size, name, fail);
  let written = 0;
  let tooLong = false;
  const inflate = new Inflate((part) => {
    tooLong ||= written + part.length > size;
    if (!tooLong) bytes.set(part, written);
    written += part.length;
  });
  for (let at = 0; at < packed.size && !tooLong; at += PACKED_PIECE) {
    try {
      inflate.push(readPart(packed, at, PACKED_PIECE), at + PACKED_PIECE >= packed.size);
    } catch (cause) {
      throw fail(`${name} is damaged`, cause);
    }
  }
  if (written !== size) throw fail(`${name} is ${tooLong ? 'larger' : 'smaller'} than its directory says`);
  return bytes;
}

function allocated(size: number, name: string, fail: (why: string, cause?: unknown) => Error): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw fail(`${name} would have ${size} bytes, for which there is no memory`, cause);
  }
}
