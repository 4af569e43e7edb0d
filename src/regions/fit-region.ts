import * as tf from '@tensorflow/tfjs-core';
import { slice } from '../tensors/slice.js';
import { cellCount, type Region, sameRegion } from './region.js';

/**
 * Makes a tensor with the cells of the region `to` from a tensor with the cells of the region `from`: cells outside
 * `to` are dropped, and cells outside `from` become `fill`, which is 0 by default. `axes` are the axes of the tensor
 * along which the regions run. If both regions are the same, the result is `x` itself, not a copy.
 */
export function fitRegion(x: tf.Tensor, from: Region, to: Region, axes: readonly number[], fill = 0): tf.Tensor {
  if (sameRegion(from, to)) return x;
  const fits = axes.map((axis, i) => fitAxis(axis, from.start[i]!, from.size[i]!, to.start[i]!, to.size[i]!));
  if (fits.some(({ size }) => size <= 0)) {
    const wanted = [...x.shape];
    for (const [i, axis] of axes.entries()) wanted[axis] = to.size[i]!;
    return tf.fill(wanted, fill, x.dtype as 'float32');
  }
  return x.rank <= 4 ? sliceAndPad(x, fits, fill) : axisByAxis(x, fits, fill);
}

/** What to cut from one axis, and what to put around it. */
interface AxisFit {
  readonly axis: number;
  readonly begin: number;
  readonly size: number;
  readonly margins: [before: number, after: number];
}

function fitAxis(axis: number, from: number, cells: number, to: number, wanted: number): AxisFit {
  const first = Math.max(from, to);
  const end = Math.min(from + cells, to + wanted);
  return { axis, begin: first - from, size: end - first, margins: [first - to, to + wanted - end] };
}

function sliceAndPad(x: tf.Tensor, fits: readonly AxisFit[], fill: number): tf.Tensor {
  const begin = x.shape.map(() => 0);
  const size = [...x.shape];
  const margins = x.shape.map((): [number, number] => [0, 0]);
  for (const fit of fits) {
    begin[fit.axis] = fit.begin;
    size[fit.axis] = fit.size;
    margins[fit.axis] = fit.margins;
  }
  // Slicing out everything would copy the tensor for nothing.
  const kept = size.every((cells, axis) => cells === x.shape[axis]) ? x : slice(x, begin, size);
  return margins.every(([before, after]) => before === 0 && after === 0) ? kept : tf.pad(kept, margins, fill);
}

/** WebGL and WebGPU cannot pad tensors of rank 5. They can pad such a tensor one axis at a time, reshaped to rank 3. */
function axisByAxis(x: tf.Tensor, fits: readonly AxisFit[], fill: number): tf.Tensor {
  return fits.reduce((held, fit) => {
    const { axis, begin, size, margins } = fit;
    if (begin === 0 && size === held.shape[axis] && margins[0] === 0 && margins[1] === 0) return held;
    const outer = held.shape.slice(0, axis);
    const inner = held.shape.slice(axis + 1);
    const flat = tf.reshape(held, [cellCount(outer), held.shape[axis]!, cellCount(inner)]);
    const fitted = sliceAndPad(flat, [{ ...fit, axis: 1 }], fill);
    return tf.reshape(fitted, [...outer, fitted.shape[1]!, ...inner]);
  }, x);
}
