import type { io } from '@tensorflow/tfjs-core';

/**
 * The bytes of weights as one buffer; they are copied only if there are several.
 *
 * `io.CompositeArrayBuffer` of tfjs 4.22 takes buffers of equal sizes but for the last one for a table, and then reads
 * zeros from a last buffer that is larger than the others.
 */
export function weightBuffer(data: io.WeightData): ArrayBuffer {
  const buffers = Array.isArray(data) ? data : [data];
  if (buffers.length === 1) return buffers[0]!;
  const bytes = new Uint8Array(buffers.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const buffer of buffers) {
    bytes.set(new Uint8Array(buffer), offset);
    offset += buffer.byteLength;
  }
  return bytes.buffer;
}
