import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import type { Placement } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';
import { mergeMirror } from './merge.js';

/**
 * Multiply: for each input, the other factors count as constants at their recorded values. For `y = a · b` the signals
 * are `da = dy · b` and `db = dy · a`.
 */
export function multiply(_: Layer, placement?: Placement): Mirror {
  const product = (factors: readonly tf.Tensor[]): tf.Tensor => factors.reduce((a, b) => tf.mul(a, b));
  return mergeMirror(
    {
      kind: 'factors',
      merge: product,
      record: (inputs) => [...inputs],
      share: (signal, _inputs, recorded) =>
        recorded.map((_factor, i) => product([signal, ...recorded.filter((_other, j) => j !== i)])),
    },
    placement,
  );
}
