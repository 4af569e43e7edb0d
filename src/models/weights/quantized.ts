import type { io } from '@tensorflow/tfjs-core';

type Quantization = NonNullable<io.WeightsManifestEntry['quantization']>;
type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/**
 * The values of a weight that was quantised, as TensorFlow.js decodes them.
 *
 * @param bytes the saved numbers; its offset in its buffer is a multiple of 2
 */
export function dequantized(bytes: Uint8Array<ArrayBuffer>, dtype: string, quantization: Quantization): Values {
  const { dtype: saved, scale = 1, min = 0 } = quantization;
  const numbers = saved === 'uint8' ? bytes : new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  if (saved === 'float16') return Float32Array.from(numbers, halfFloat);
  if (dtype === 'int32') return Int32Array.from(numbers, (number) => Math.round(number * scale + min));
  return Float32Array.from(numbers, (number) => number * scale + min);
}

/** The value of a number in half precision: a sign, 5 bits of exponent, and 10 bits of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}
