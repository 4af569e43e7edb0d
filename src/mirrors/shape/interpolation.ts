import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import type { Mirror, MirrorContext } from '../mirror.js';

/** Resizes `[1, cells, 1, channels]` (axis 0) or `[1, 1, cells, channels]` (axis 1) along its cells. */
type ResizeAxis = (line: tf.Tensor4D, axis: 0 | 1, at: MirrorContext) => tf.Tensor;

/**
 * The mirror of a layer that interpolates tensors `[batch, rows, columns, maps]` along each axis separately.
 *
 * Such a layer is linear. For each feature map X it computes `Y = R X Cᵀ`, with a matrix R for the rows and a matrix C
 * for the columns. Its adjoint is `X = Rᵀ Y C`. One row of a matrix has the weights with which one result reads the
 * cells:
 *
 * - nearest: a single 1, for the cell that the result copies. The adjoint adds the signals of all copies of a cell.
 * - bilinear: `1 − f` for the cell `floor(p)` and `f = p − floor(p)` for the next cell, if the result lies at position
 *   p between the cells. The adjoint gives each of the two cells that share of the signal.
 *
 * The matrices are made by applying the layer's own operation to unit vectors, so the mirror is the adjoint of what the
 * layer computes, including its rounding.
 */
export function interpolation(resize: ResizeAxis): Pick<Mirror, 'up' | 'down'> {
  const matrices = (at: MirrorContext): [tf.Tensor, tf.Tensor] =>
    [0, 1].map((axis) => {
      const cells = at.inputShapes[0]![axis + 1]!;
      const results = at.outputShape[axis + 1]!;
      const shape: [number, number, number, number] = axis === 0 ? [1, cells, 1, cells] : [1, 1, cells, cells];
      const matrix = tf.reshape(resize(tf.reshape(tf.eye(cells), shape), axis as 0 | 1, at), [results, cells]);
      const [output, input] = [at.outputRegion, at.inputRegions[0]!];
      return fitRegion(
        matrix,
        { start: [0, 0], size: [results, cells] },
        { start: [output.start[axis]!, input.start[axis]!], size: [output.size[axis]!, input.size[axis]!] },
        [0, 1],
      );
    }) as [tf.Tensor, tf.Tensor];
  return {
    up: ([input], at) => mapAxes(input!, matrices(at), false),
    down: (signal, at) => mapAxes(signal, matrices(at), true),
  };
}

/** Multiplies by one matrix along the rows, then by the other along the columns. */
function mapAxes(x: tf.Tensor, [rows, columns]: readonly [tf.Tensor, tf.Tensor], transposed: boolean): tf.Tensor {
  const [batch, height, width, maps] = x.shape as [number, number, number, number];
  const results = (matrix: tf.Tensor): number => matrix.shape[transposed ? 1 : 0]!;
  const along = (matrix: tf.Tensor, values: tf.Tensor): tf.Tensor =>
    tf.matMul(tf.expandDims(matrix, 0), values, transposed, false);
  const tall = along(rows, tf.reshape(x, [batch, height, width * maps]));
  const wide = along(columns, tf.reshape(tall, [batch * results(rows), width, maps]));
  return tf.reshape(wide, [batch, results(rows), results(columns), maps]);
}
