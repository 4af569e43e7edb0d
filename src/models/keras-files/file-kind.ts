import { type ByteSource, readPart } from '../bytes/byte-source.js';
import { hdf5Start } from '../bytes/hdf5-start.js';

/** What a file is by its first bytes, whatever it is called. */
export type FileKind = 'zip' | 'hdf5' | 'json' | 'other';

/** Finds out what a file is. */
export function fileKind(source: ByteSource): FileKind {
  const start = String.fromCharCode(...readPart(source, 0, 64));
  if (['PK\u0003\u0004', 'PK\u0005\u0006'].some((magic) => start.startsWith(magic))) return 'zip';
  if (hdf5Start(source) !== undefined) return 'hdf5';
  return /^(\u00ef\u00bb\u00bf)?\s*[{["]/.test(start) ? 'json' : 'other';
}
