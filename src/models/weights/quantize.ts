import type { io } from '@tensorflow/tfjs-core';

/** To what weights are rounded when they are saved. */
export type Quantize = 'float16' | 'uint8';

/** The bytes of a weight, and how TensorFlow.js decodes them. */
export interface QuantizedWeight {
  readonly bytes: Uint8Array;
  /** Absent if the weight stays as it is. */
  readonly quantization?: NonNullable<io.WeightsManifestEntry['quantization']>;
}

/** The largest number in half precision. */
const LARGEST_HALF = 65504;

/**
 * Rounds the values of a weight to 16 or 8 bits, in the form that TensorFlow.js reads.
 *
 * - `float16`: a weight with a value beyond ±65,504 stays as it is.
 * - `uint8`: 256 equal steps between the least and the greatest value of the weight, with 0 exactly on one of them. A value
 *   changes by at most one step, and by half a step away from the ends. Only weights with two axes or more are rounded:
 *   vectors, such as the variances of BatchNormalization, need precision and hardly any space.
 *
 * A weight with a value that is not finite stays as it is.
 */
export function quantize(values: Float32Array, axes: number, to: Quantize): QuantizedWeight {
  const finite = values.every((value) => Number.isFinite(value));
  if (to === 'uint8') return finite && axes >= 2 ? inSteps(values) : { bytes: bytesOf(values) };
  if (!finite || values.some((value) => Math.abs(value) > LARGEST_HALF)) return { bytes: bytesOf(values) };
  // TensorFlow.js does not use the scale and the minimum of half precision.
  const quantization = { dtype: 'float16', original_dtype: 'float32' } as unknown as QuantizedWeight['quantization'];
  return { bytes: bytesOf(halves(values)), quantization: quantization! };
}

function inSteps(values: Float32Array): QuantizedWeight {
  let [least, greatest] = [0, 0];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const scale = (greatest - least) / 255 || 1;
  const zero = Math.round(-least / scale);
  const bytes = Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value / scale) + zero)));
  return { bytes, quantization: { dtype: 'uint8', scale, min: -zero * scale } };
}

/** Numbers in half precision. Each is the nearest one; of two that are as near, it is the even one. */
function halves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word, at) => {
    const sign = (word >>> 16) & 0x8000;
    const size = word & 0x7fffffff;
    // Below 2^-14, numbers in half precision are multiples of 2^-24.
    if (size < 0x38800000) return sign | toEven(Math.abs(values[at]!) * 2 ** 24);
    return sign | (((size + 0xfff + ((size >>> 13) & 1)) >>> 13) - (112 << 10));
  });
}

function toEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

function bytesOf(values: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
