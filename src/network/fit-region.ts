import * as tf from '@tensorflow/tfjs-core';
import { type Region, sameRegion } from './region.js';

/**
 * A tensor that holds the region `from` becomes one that holds the region `to`: cells outside `to` are dropped, cells
 * outside `from` are zero. `axes` are the tensor's axes along which the regions run.
 */
export function fitRegion(x: tf.Tensor, from: Region, to: Region, axes: readonly number[]): tf.Tensor {
  if (sameRegion(from, to)) return tf.clone(x);
  const begin = x.shape.map(() => 0);
  const size = [...x.shape];
  const margins = x.shape.map((): [number, number] => [0, 0]);
  const wanted = [...x.shape];
  axes.forEach((axis, i) => {
    const first = Math.max(from.start[i]!, to.start[i]!);
    const end = Math.min(from.start[i]! + from.size[i]!, to.start[i]! + to.size[i]!);
    begin[axis] = first - from.start[i]!;
    size[axis] = Math.max(end - first, 0);
    margins[axis] = [first - to.start[i]!, to.start[i]! + to.size[i]! - end];
    wanted[axis] = to.size[i]!;
  });
  if (size.includes(0)) return tf.zeros(wanted, x.dtype);
  const kept = tf.slice(x, begin, size);
  return margins.every(([before, after]) => before === 0 && after === 0) ? kept : tf.pad(kept, margins);
}
