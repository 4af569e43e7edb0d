import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { isRecord } from './config-entry.js';

/** How many bytes a value has in a weights file, by dtype. */
const BYTES: Readonly<Record<string, number>> = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  int32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/** How many bytes a weight has in a weights file. */
export function weightBytes({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  return shape.reduce((product, length) => product * length, BYTES[quantization?.dtype ?? dtype] ?? 4);
}

/**
 * Checks that TensorFlow.js can read the values of a saved weight, by its dtype and its quantisation.
 *
 * @param subject the name of the model in messages
 * @throws DeconvnetError `model-unreadable`.
 */
export function checkWeight(subject: string, spec: io.WeightsManifestEntry): void {
  const { name, dtype, quantization } = spec;
  const scaled =
    !quantization ||
    (quantization.dtype === 'float16'
      ? dtype === 'float32'
      : ['uint8', 'uint16'].includes(quantization.dtype) &&
        (dtype === 'float32' || dtype === 'int32') &&
        Number.isFinite(quantization.scale) &&
        Number.isFinite(quantization.min));
  if (scaled && ['float32', 'int32', 'bool'].includes(dtype)) return;
  const said = JSON.stringify({ dtype, ...(quantization && { quantization }) });
  throw new DeconvnetError(
    'model-unreadable',
    `The weight '${name}' of ${subject} is ${said}. Expected: float32, int32 or bool, or one quantised to float16, or to uint8 or uint16 with min and scale. Convert the model again.`,
  );
}

/** Whether a value describes a saved weight, with its name and its shape. */
export function isWeightSpec(value: unknown): value is io.WeightsManifestEntry {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    Array.isArray(value.shape) &&
    value.shape.every((size) => Number.isInteger(size) && size >= 0)
  );
}

/** Whether a weight belongs to an optimizer; no layer has a place for it. */
export function isOptimizerWeight({ group }: io.WeightsManifestEntry): boolean {
  return group === 'optimizer';
}
