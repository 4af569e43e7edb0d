import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import type { Mirror, MirrorContext } from '../mirror.js';

/** Resizes `[1, cells, 1, channels]`, or with `columns` `[1, 1, cells, channels]`, along its cells. */
type ResizeAxis = (line: tf.Tensor4D, axis: 0 | 1, at: MirrorContext) => tf.Tensor;

/**
 * A layer that interpolates pictures `[batch, rows, columns, maps]`, each axis for itself: the transposed matrix of
 * each axis. The matrices are what the layer's own operation makes of unit vectors, so that the mirror is its adjoint
 * with all its rounding.
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

/** Multiplies the rows, then the columns of pictures by a matrix each. */
function mapAxes(x: tf.Tensor, [rows, columns]: readonly [tf.Tensor, tf.Tensor], transposed: boolean): tf.Tensor {
  const [batch, height, width, maps] = x.shape as [number, number, number, number];
  const results = (matrix: tf.Tensor): number => matrix.shape[transposed ? 1 : 0]!;
  const along = (matrix: tf.Tensor, values: tf.Tensor): tf.Tensor =>
    tf.matMul(tf.expandDims(matrix, 0), values, transposed, false);
  const tall = along(rows, tf.reshape(x, [batch, height, width * maps]));
  const wide = along(columns, tf.reshape(tall, [batch * results(rows), width, maps]));
  return tf.reshape(wide, [batch, results(rows), results(columns), maps]);
}
