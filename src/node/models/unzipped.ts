import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { crc32 } from '../../mine/state/crc32.js';

/** Folders, hidden files, and what macOS adds to zip files. */
const HIDDEN = /(^|\/)(__MACOSX\/|\.)|\/$/;

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/**
 * Unpacks a zip file in memory, and checks the checksum of every file in it, because a damaged weight would silently give
 * wrong pictures.
 *
 * @throws DeconvnetError `model-unreadable`.
 */
export async function unzipped(path: string, packed: Uint8Array): Promise<Map<string, Uint8Array>> {
  const { unzipSync } = await import('fflate');
  try {
    const sums = checksumsIn(packed);
    const files = new Map(Object.entries(unzipSync(packed, { filter: ({ name }) => !HIDDEN.test(name) })));
    for (const [name, bytes] of files) {
      if (crc32(bytes) !== sums.get(name)) throw new Error(`the checksum of ${name} is wrong`);
    }
    return files;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeconvnetError(
      'model-unreadable',
      `The zip file ${path} cannot be unpacked: ${why}. It is damaged or was cut short. Download or make it again.`,
      { cause },
    );
  }
}

/** The CRC-32 of each file, from the directory at the end of a zip file. fflate does not return it. */
function checksumsIn(packed: Uint8Array): Map<string, number> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let end = packed.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error('it has no directory');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (at === 0xffffffff || count === 0xffff) throw new Error('it is in the format zip64, which cannot be read');
  const sums = new Map<string, number>();
  for (let entry = 0; entry < count; entry++) {
    if (view.getUint32(at, true) !== ENTRY) throw new Error('its directory is damaged');
    const length = view.getUint16(at + 28, true);
    const name = packed.subarray(at + 46, at + 46 + length);
    // Names are read as fflate reads them: UTF-8 if the flag is set, else one character per byte.
    const utf8 = (view.getUint16(at + 8, true) & 0x800) !== 0;
    sums.set(Buffer.from(name).toString(utf8 ? 'utf8' : 'latin1'), view.getUint32(at + 16, true));
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return sums;
}
