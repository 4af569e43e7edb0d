import { type ByteSource, readPart } from './byte-source.js';

const SIGNATURE = '\u0089HDF\r\n\u001a\n';

/** An HDF5 file may have other bytes in front of it. Then it begins at one of these places. */
const STARTS = [0, 512, 1024, 2048];

/** Where an HDF5 file begins in its source; undefined if it is something else. */
export function hdf5Start(source: ByteSource): number | undefined {
  return STARTS.find((at) => String.fromCharCode(...readPart(source, at, SIGNATURE.length)) === SIGNATURE);
}
