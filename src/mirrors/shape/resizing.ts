import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import type { Mirror } from '../mirror.js';
import { interpolation } from './interpolation.js';

/** Resizing: the adjoint of the interpolation (see `interpolation`). */
export function resizing(layer: Layer): Mirror {
  // tfjs does not crop if cropToAspectRatio is set. It turns off the alignment of corners instead.
  const { height = 0, width = 0, interpolation: kind, cropToAspectRatio } = optionsOf(layer);
  const wanted = [height, width] as const;
  const resize = kind === 'nearest' ? tf.image.resizeNearestNeighbor : tf.image.resizeBilinear;
  return {
    kind: 'interpolation',
    sign: 'as-input',
    ...interpolation((line, axis) => resize(line, sizeOf(wanted, axis), !cropToAspectRatio)),
  };
}

/**
 * CenterCrop: the adjoint of what the layer does. It resamples a box in the middle, or enlarges an image that is too
 * small.
 */
export function centerCrop(layer: Layer): Mirror {
  const { height = 0, width = 0 } = optionsOf(layer);
  const wanted = [height, width] as const;
  return {
    kind: 'pad',
    sign: 'as-input',
    ...interpolation((line, axis, { inputShapes }) => {
      const [, rows, columns] = inputShapes[0] as [number, number, number];
      const top = Math.floor((rows - height) / 2);
      // If one column has to be cut, tfjs cuts it before the box.
      const left = columns === width ? 0 : Math.floor((columns - width) / 2) || 1;
      if (top < 0 || left < 0) return tf.image.resizeBilinear(line, sizeOf(wanted, axis));
      return axis === 0 ? boxMatrix(top, rows, height) : boxMatrix(left, columns, width);
    }),
  };
}

/**
 * The matrix `[results, cells]` of `tf.image.cropAndResize` along one axis, with a 1 for the cell that each result
 * reads. It repeats the rounding of tfjs: the box is given in fractions of the extent, and positions are counted from
 * the middle of the first cell to the middle of the last. Results that read beyond the cells are 0.
 */
function boxMatrix(before: number, cells: number, results: number): tf.Tensor {
  const [from, to] = [Math.fround(before / cells), Math.fround((before + results) / cells)];
  const step = results > 1 ? ((to - from) * (cells - 1)) / (results - 1) : 0;
  const rows = Array.from({ length: results }, (_, o) => {
    const at = results > 1 ? from * (cells - 1) + o * step : 0.5 * (from + to) * (cells - 1);
    const read = at < 0 || at > cells - 1 ? -1 : Math.round(at);
    return Array.from({ length: cells }, (_cell, i) => (i === read ? 1 : 0));
  });
  return tf.tensor2d(rows, [results, cells]);
}

function sizeOf(wanted: readonly [number, number], axis: 0 | 1): [number, number] {
  return axis === 0 ? [wanted[0], 1] : [1, wanted[1]];
}
