import type { io } from '@tensorflow/tfjs-core';
import type { SavedWeight } from './repair-weights.js';
import { weightBytes } from './weight-bytes.js';

/**
 * The bytes of weights as one buffer. They are copied only if there are several buffers.
 *
 * `io.CompositeArrayBuffer` of tfjs 4.22 is not used, because it reads zeros from the last buffer if this is larger than
 * the others and all others have the same size.
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

/** The bytes of the weights that are kept. They are copied only if there are others. */
export function keptBytes(weights: readonly SavedWeight[], data: io.WeightData): ArrayBuffer {
  const all = weightBuffer(data);
  if (weights.every(({ kept }) => kept)) return all;
  let offset = 0;
  const ranges = weights.map(({ spec }) => {
    const from = offset;
    offset += weightBytes(spec);
    return [from, offset] as const;
  });
  return weightBuffer(ranges.filter((_, i) => weights[i]!.kept).map(([from, to]) => all.slice(from, to)));
}
