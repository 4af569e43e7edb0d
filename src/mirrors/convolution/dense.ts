import * as tf from '@tensorflow/tfjs-core';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { chooseMap } from '../kit/choose-map.js';
import { withMapWeights } from '../kit/one-map.js';
import type { Mirror } from '../mirror.js';

/** Dense: the transposed weight matrix, along the last axis. Weights are `[inputs, units]`. */
export function dense(layer: Layer): Mirror {
  const { useBias } = optionsOf(layer);
  const along = (x: tf.Tensor, matrix: tf.Tensor, transposed: boolean): tf.Tensor => {
    const units = matrix.shape[transposed ? 0 : 1]!;
    const rows = tf.reshape(x, [-1, x.shape[x.rank - 1]!]);
    const product = tf.matMul(rows as tf.Tensor2D, matrix as tf.Tensor2D, false, transposed);
    return tf.reshape(product, [...x.shape.slice(0, -1), units]);
  };
  const mirror: Mirror = {
    kind: 'filter',
    window: 'pointwise',
    up([input]) {
      const [kernel, bias] = weightsOf(layer);
      const linear = along(input!, kernel!, false);
      return useBias ? tf.add(linear, bias!) : linear;
    },
    prepare: () => [weightsOf(layer)[0]!],
    down: (signal, { prepared: [kernel] }) => along(signal, kernel!, true),
  };
  return withMapWeights(mirror, ([kernel], unit) => [chooseMap(kernel!, unit, 1)]);
}
