import { type ByteSource, readPart } from '../bytes/byte-source.js';

/** What a file is by its first bytes, whatever it is called. */
export type FileKind = 'zip' | 'hdf5' | 'json' | 'other';

const HDF5 = '\u0089HDF\r\n\u001a\n';

/** An HDF5 file may have other bytes in front of it. Then it begins at one of these places. */
const STARTS = [0, 512, 1024, 2048];

/** Finds out what a file is. */
export function fileKind(source: ByteSource): FileKind {
  const start = latin1(source, 0, 64);
  if (['PK\u0003\u0004', 'PK\u0005\u0006'].some((magic) => start.startsWith(magic))) return 'zip';
  if (STARTS.some((at) => latin1(source, at, HDF5.length) === HDF5)) return 'hdf5';
  return /^(\u00ef\u00bb\u00bf)?\s*[{["]/.test(start) ? 'json' : 'other';
}

function latin1(source: ByteSource, at: number, length: number): string {
  return String.fromCharCode(...readPart(source, at, length));
}
