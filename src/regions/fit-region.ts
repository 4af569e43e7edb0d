import * as tf from '@tensorflow/tfjs-core';
import { type Region, sameRegion } from './region.js';

/**
 * A tensor that holds the region `from` becomes one that holds the region `to`: cells outside `to` are dropped, cells
 * outside `from` are zero, or `fill`. `axes` are the tensor's axes along which the regions run. Where the two are the
 * same, the result is `x` itself.
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
  // A slice of everything would be a copy.
  const kept = size.every((cells, axis) => cells === x.shape[axis]) ? x : tf.slice(x, begin, size);
  return margins.every(([before, after]) => before === 0 && after === 0) ? kept : tf.pad(kept, margins, fill);
}

/** Tensors of rank 5 cannot be padded on WebGL and WebGPU: seen as rank 3, one axis at a time, they can. */
function axisByAxis(x: tf.Tensor, fits: readonly AxisFit[], fill: number): tf.Tensor {
  return fits.reduce((held, fit) => {
    const { axis, begin, size, margins } = fit;
    if (begin === 0 && size === held.shape[axis] && margins[0] === 0 && margins[1] === 0) return held;
    const outer = held.shape.slice(0, axis);
    const inner = held.shape.slice(axis + 1);
    const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
    const flat = tf.reshape(held, [count(outer), held.shape[axis]!, count(inner)]);
    const fitted = sliceAndPad(flat, [{ ...fit, axis: 1 }], fill);
    return tf.reshape(fitted, [...outer, fitted.shape[1]!, ...inner]);
  }, x);
}
