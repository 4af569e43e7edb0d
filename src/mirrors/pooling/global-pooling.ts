import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { channelsLast, spatialSizes } from '../kit/channels-last.js';
import type { DownContext, Mirror } from '../mirror.js';

/**
 * GlobalAveragePooling1D and 2D: the signal of a feature map is spread evenly over all its cells. The adjoint of the
 * mean over n cells gives each cell 1/n of the signal.
 */
export function globalAveragePooling(layer: Layer): Mirror {
  return channelsLast<Mirror>(layer, {
    kind: 'spread',
    sign: 'as-input',
    down(signal, at) {
      const cells = cellsOf(at.inputShapes[0]!);
      return asInput(tf.tile(tf.expandDims(tf.mul(signal, 1 / cells), 1), [1, cells, 1]), at);
    },
  });
}

/**
 * GlobalMaxPooling1D and 2D: unpool by switches, with one window that covers the whole feature map. The switch of a
 * feature map is its first maximum in row-major order.
 */
export function globalMaxPooling(layer: Layer): Mirror {
  return channelsLast<Mirror>(layer, {
    kind: 'unpool',
    sign: 'as-input',
    record({ inputs }) {
      const [x] = inputs as [tf.Tensor];
      const cells = cellsOf(x.shape);
      const flat = tf.reshape(x, [x.shape[0]!, cells, x.shape.at(-1)!]);
      // The first maximum is the one with the most cells from it to the end. WebGPU's argmax is not exact on ties.
      const left = alongCells(cells, (cell) => cells - cell);
      const isPeak = tf.cast(tf.equal(flat, tf.max(flat, 1, true)), 'float32');
      return [tf.cast(tf.sub(cells, tf.max(tf.mul(isPeak, left), 1, true)), 'int32')];
    },
    recordsLieOn: ['whole'],
    down(signal, at) {
      const cells = cellsOf(at.inputShapes[0]!);
      const place = tf.cast(at.recorded[0]!, 'float32');
      const chosen = tf.equal(
        place,
        alongCells(cells, (cell) => cell),
      );
      return asInput(tf.where(chosen, tf.expandDims(signal, 1), 0), at);
    },
  });
}

function cellsOf(shape: readonly number[]): number {
  return spatialSizes(shape).reduce((a, b) => a * b, 1);
}

/** One value for each cell, `[1, cells, 1]`. */
function alongCells(cells: number, value: (cell: number) => number): tf.Tensor {
  return tf.tensor3d(
    Float32Array.from({ length: cells }, (_, cell) => value(cell)),
    [1, cells, 1],
  );
}

/** `[batch, cells, maps]` in the shape of the layer's input. */
function asInput(flat: tf.Tensor, at: DownContext): tf.Tensor {
  return tf.reshape(flat, [flat.shape[0]!, ...at.inputShapes[0]!.slice(1)]);
}
