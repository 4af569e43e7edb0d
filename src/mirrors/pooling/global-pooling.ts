import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import type { DownContext, Mirror } from '../mirror.js';

/** GlobalAveragePooling1D and 2D: the signal of a feature map is spread evenly over all its cells. */
export function globalAveragePooling(layer: Layer): Mirror {
  const axis = cellAxis(layer);
  return {
    kind: 'spread',
    sign: 'as-input',
    down(signal, at) {
      const cells = cellsOf(at.inputShapes[0]!, axis);
      const share = tf.expandDims(tf.mul(signal, 1 / cells), axis);
      return asInput(tf.tile(share, axis === 1 ? [1, cells, 1] : [1, 1, cells]), at);
    },
  };
}

/**
 * GlobalMaxPooling1D and 2D: unpool by switches, a window as large as the picture. The switch of a feature map is its
 * first maximum in row-major order.
 */
export function globalMaxPooling(layer: Layer): Mirror {
  const axis = cellAxis(layer);
  return {
    kind: 'unpool',
    sign: 'as-input',
    record({ inputs }) {
      const x = flatCells(inputs[0]!, axis);
      const cells = x.shape[axis]!;
      // The first maximum is the one with the most cells from it to the end. No argmax: WebGPU's is not exact on ties.
      const left = alongCells(axis, cells, (cell) => cells - cell);
      const isPeak = tf.cast(tf.equal(x, tf.max(x, axis, true)), 'float32');
      return [tf.cast(tf.sub(cells, tf.max(tf.mul(isPeak, left), axis, true)), 'int32')];
    },
    recordsLieOn: ['whole'],
    down(signal, at) {
      const cells = cellsOf(at.inputShapes[0]!, axis);
      const place = tf.cast(at.recorded[0]!, 'float32');
      const chosen = tf.equal(
        place,
        alongCells(axis, cells, (cell) => cell),
      );
      return asInput(tf.where(chosen, tf.expandDims(signal, axis), 0), at);
    },
  };
}

/** Which axis counts cells once a picture's rows and columns are one axis: the other one counts feature maps. */
function cellAxis(layer: Layer): 1 | 2 {
  return isChannelsFirst(layer) ? 2 : 1;
}

function cellsOf(shape: readonly number[], axis: 1 | 2): number {
  return (axis === 1 ? shape.slice(1, -1) : shape.slice(2)).reduce((a, b) => a * b, 1);
}

function flatCells(x: tf.Tensor, axis: 1 | 2): tf.Tensor {
  const cells = cellsOf(x.shape, axis);
  return tf.reshape(x, axis === 1 ? [x.shape[0]!, cells, x.shape.at(-1)!] : [x.shape[0]!, x.shape[1]!, cells]);
}

function alongCells(axis: 1 | 2, cells: number, value: (cell: number) => number): tf.Tensor {
  const values = Float32Array.from({ length: cells }, (_, cell) => value(cell));
  return tf.tensor3d(values, axis === 1 ? [1, cells, 1] : [1, 1, cells]);
}

function asInput(flat: tf.Tensor, at: DownContext): tf.Tensor {
  return tf.reshape(flat, [flat.shape[0]!, ...at.inputShapes[0]!.slice(1)]);
}
