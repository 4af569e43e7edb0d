import type { NamedFile } from './protocol';

/** What a file is by its first bytes: a file of Keras, another zip file, or anything else. */
export type FileForm = 'keras' | 'zip' | 'other';

const HDF5 = '\u0089HDF\r\n\u001a\n';

/** HDF5 may have other bytes in front of it. Then it begins at one of these places. */
const STARTS = [0, 512, 1024, 2048];

/** The record at the end of a zip file has 22 bytes, and a comment of at most 65,535. */
const LONGEST_END = 22 + 65_535;

/** Looks into a file. A file of Keras is HDF5, or a zip file with weights in HDF5. One that cannot be read is `other`. */
export async function formOf({ path, blob }: NamedFile): Promise<FileForm> {
  try {
    const head = await latin1(blob, 0, STARTS.at(-1)! + HDF5.length);
    if (STARTS.some((at) => head.startsWith(HDF5, at))) return 'keras';
    const isZip = head.startsWith('PK\u0003\u0004') || head.startsWith('PK\u0005\u0006');
    if (isZip && /model\.weights\.(h5|npz)/.test(await directoryOf(blob))) return 'keras';
    // If it is damaged, reading it says how.
    if (/\.(keras|h5|hdf5)$/i.test(path)) return 'keras';
    return isZip || /\.zip$/i.test(path) ? 'zip' : 'other';
  } catch {
    return 'other';
  }
}

/** The directory of a zip file, with the names of all files in it; empty if there is none. */
async function directoryOf(blob: Blob): Promise<string> {
  const tail = new DataView(await blob.slice(Math.max(0, blob.size - LONGEST_END)).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  return end < 0 ? '' : latin1(blob, tail.getUint32(end + 16, true), tail.getUint32(end + 12, true));
}

async function latin1(blob: Blob, start: number, length: number): Promise<string> {
  const bytes = new Uint8Array(await blob.slice(start, start + length).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
