/** What a .npy file has: its header, or what the header says, and its numbers. */
export interface NpyFile {
  readonly header?: string;
  readonly descr?: string;
  /** As Python writes it. */
  readonly shape?: string;
  readonly data: ArrayBufferView;
  /** The major version of the format; 1 by default. */
  readonly version?: number;
}

/** The bytes of a .npy file, as NumPy writes it: the header ends in a line break and makes a multiple of 64 bytes. */
export function npyBytes({ header, descr, shape, data, version = 1 }: NpyFile): Uint8Array {
  const text = header ?? `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const total = Math.ceil((8 + lengthBytes + text.length + 1) / 64) * 64;
  const length = total - 8 - lengthBytes;
  const prefix = Buffer.alloc(8 + lengthBytes);
  prefix.write('\x93NUMPY', 'latin1');
  prefix[6] = version;
  if (lengthBytes === 2) prefix.writeUInt16LE(length, 8);
  else prefix.writeUInt32LE(length, 8);
  const numbers = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([prefix, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1'), numbers]);
}
