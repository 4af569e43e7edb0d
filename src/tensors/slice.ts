import * as tf from '@tensorflow/tfjs-core';
import { type Host, runHostKernel, usesHostKernels } from './host-kernel.js';

/**
 * `tf.slice`, of a box that lies in the tensor; that is not checked. On wasm, the one of TensorFlow.js first copies the
 * whole tensor out of the backend's memory, however small the slice is.
 */
export function slice(x: tf.Tensor, begin: readonly number[], size: readonly number[]): tf.Tensor {
  return usesHostKernels() && isNumeric(x)
    ? runHostKernel('DeconvnetSlice', sliceKernel, { x }, { begin, size })
    : tf.slice(x, [...begin], [...size]);
}

/** The rows of a tensor, `[...]` each, from `[rows, ...]`. */
export function rowsOf(x: tf.Tensor): tf.Tensor[] {
  const [count, ...shape] = x.shape as [number, ...number[]];
  const zeros = shape.map(() => 0);
  return Array.from({ length: count }, (_, row) => tf.reshape(slice(x, [row, ...zeros], [1, ...shape]), shape));
}

/**
 * `tf.gather` along the first axis: rows of a tensor, in any order, and each as often as it is named. They must exist; that
 * is not checked. On wasm, the one of TensorFlow.js copies number by number.
 */
export function takeRows(x: tf.Tensor, rows: readonly number[]): tf.Tensor {
  return usesHostKernels() && isNumeric(x)
    ? runHostKernel('DeconvnetTakeRows', takeRowsKernel, { x }, { rows })
    : tf.gather(x, [...rows]);
}

function isNumeric({ dtype }: tf.Tensor): boolean {
  return dtype === 'float32' || dtype === 'int32';
}

function takeRowsKernel(
  host: Host,
  inputs: tf.NamedTensorInfoMap,
  { rows }: { readonly rows: readonly number[] },
): tf.TensorInfo {
  const x = inputs.x!;
  const out = host.make([rows.length, ...x.shape.slice(1)], x.dtype as 'float32' | 'int32');
  const [from, to] = [host.view(x), host.view(out)];
  const length = from.length / x.shape[0]!;
  for (const [i, row] of rows.entries()) to.set(from.subarray(row * length, (row + 1) * length), i * length);
  return out;
}

interface SliceAttrs {
  readonly begin: readonly number[];
  readonly size: readonly number[];
}

function sliceKernel(host: Host, inputs: tf.NamedTensorInfoMap, { begin, size }: SliceAttrs): tf.TensorInfo {
  const x = inputs.x!;
  const out = host.make([...size], x.dtype as 'float32' | 'int32');
  const [from, to] = [host.view(x), host.view(out)];
  const strides = tf.util.computeStrides(x.shape).concat(1);
  // Axes behind the last one that is cut are copied together with it.
  let last = x.shape.length - 1;
  while (last > 0 && size[last] === x.shape[last]) last--;
  const length = size[last]! * strides[last]!;
  let target = 0;
  const copy = (axis: number, offset: number): void => {
    const start = offset + begin[axis]! * strides[axis]!;
    if (axis === last) {
      to.set(from.subarray(start, start + length), target);
      target += length;
      return;
    }
    for (let i = 0; i < size[axis]!; i++) copy(axis + 1, start + i * strides[axis]!);
  };
  copy(0, 0);
  return out;
}
