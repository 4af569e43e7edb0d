import type { Signal } from './signal.js';

/** The word with which a .npy file begins, and its length with the two bytes of the version. */
const MAGIC = '\x93NUMPY';
const PREFIX = 8;
/** The header of an array of numbers is never longer than this. */
const LONGEST = 4096;

/** How each type of number is read, by its letter and its bytes. */
const READERS: Readonly<Record<string, (view: DataView, at: number, little: boolean) => number>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
};

/**
 * Reads the bytes of a .npy file of NumPy, of format 1.0 or 2.0: numbers in C order. Only what is needed for arrays of
 * numbers is accepted.
 *
 * @throws Error whose message says what is wrong with the file.
 */
export function decodeNpy(bytes: Uint8Array): Signal {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, MAGIC.length) !== MAGIC || bytes.length < PREFIX + 2) throw new Error('it is not a .npy file');
  const version = bytes[6];
  if (version !== 1 && version !== 2) {
    throw new Error(`its format is ${version}.${bytes[7]}, and only 1.0 and 2.0 are read`);
  }
  const lengthBytes = version === 1 ? 2 : 4;
  if (bytes.length < PREFIX + lengthBytes) throw new Error('it is truncated in its header');
  const body = PREFIX + lengthBytes + (version === 1 ? view.getUint16(PREFIX, true) : view.getUint32(PREFIX, true));
  if (bytes.length < body) throw new Error('it is truncated in its header');
  if (body > LONGEST)
    throw new Error(`its header has ${body} bytes, and that of an array of numbers has fewer than ${LONGEST}`);
  const { type, little, shape } = headerOf(text(PREFIX + lengthBytes, body));
  const read = READERS[type];
  if (!read) {
    throw new Error(
      `its numbers are of the type '${type}'; numbers of the types ${Object.keys(READERS).join(', ')} are read`,
    );
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const size = Number(type.slice(1));
  if (bytes.length - body !== count * size) {
    throw new Error(
      `its shape [${shape}] needs ${count * size} bytes of numbers, but it has ${bytes.length - body}: it is damaged or incomplete`,
    );
  }
  return { shape, values: Float32Array.from({ length: count }, (_, i) => read(view, body + i * size, little)) };
}

/** The entries of a header, in any order. Each is the text of a Python literal. */
const ENTRY = /'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\([\d\s,]*\))\s*,?\s*/gy;

function headerOf(header: string): { readonly type: string; readonly little: boolean; readonly shape: number[] } {
  const literal = header.trim();
  const inside = literal.startsWith('{') && literal.endsWith('}') ? literal.slice(1, -1).trim() : '';
  const entries = new Map<string, string>();
  let read = 0;
  for (const [entry, name, value] of inside.matchAll(ENTRY)) {
    entries.set(name!, value!);
    read += entry.length;
  }
  const described = /^'([<>|=])([a-zA-Z]\d+)'$/.exec(entries.get('descr') ?? '');
  const sizes = /^\(\s*((?:\d+\s*,\s*)*(?:\d+)?)\s*\)$/.exec(entries.get('shape') ?? '');
  if (read !== inside.length || entries.size !== 3 || !described || !sizes) {
    throw new Error(`its header is not that of an array of numbers: ${header.trim().slice(0, 120)}`);
  }
  if (entries.get('fortran_order') === 'True') {
    throw new Error('its numbers are in Fortran order; save numpy.ascontiguousarray of the array');
  }
  const shape = sizes[1]!.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  return { type: described[2]!, little: described[1] !== '>', shape };
}
