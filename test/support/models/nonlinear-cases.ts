import * as tf from '@tensorflow/tfjs-core';
import { A, type OperationCase, one } from './operation-case.js';
import { keras3Operation, lambda, node } from './operation-forms.js';
import { neighbours } from './operation-oracles.js';

/** Operations that are no layers of TensorFlow.js: softmaxes along some axes, activation functions, local response. */
export const NONLINEAR_CASES: readonly OperationCase[] = [
  one('softmax of rows', lambda('nn.softmax', A, { axis: 1 }), (a) =>
    tf.transpose(tf.softmax(tf.transpose(a, [0, 2, 3, 1])), [0, 3, 1, 2]),
  ),
  one('log_softmax of places', keras3Operation('LogSoftmax', [A], { axis: [1, 2] }, 'nn'), (a) =>
    tf.sub(a, tf.logSumExp(a, [1, 2], true)),
  ),
  one('elu with an alpha', keras3Operation('Elu', [A], { alpha: 0.3 }, 'nn'), (a) =>
    tf.add(tf.relu(a), tf.mul(0.3, tf.sub(tf.exp(tf.minimum(a, 0)), 1))),
  ),
  one('threshold', keras3Operation('Threshold', [A], { threshold: 0.2, default_value: 0 }, 'nn'), (a) =>
    tf.mul(a, tf.step(tf.sub(a, 0.2))),
  ),
  one('hard_shrink', keras3Operation('HardShrink', [A], { threshold: 0.5 }, 'nn'), (a) =>
    tf.mul(a, tf.step(tf.sub(tf.abs(a), 0.5))),
  ),
  one('squareplus', keras3Operation('Squareplus', [A], { b: 4 }, 'nn'), (a) =>
    tf.div(tf.add(a, tf.sqrt(tf.add(tf.square(a), 4))), 2),
  ),
  one('log_sigmoid', keras3Operation('LogSigmoid', [A], {}, 'nn'), (a) => tf.neg(tf.softplus(tf.neg(a)))),
  one('local response', lambda('nn.local_response_normalization', A, { depth_radius: 1, bias: 2, alpha: 0.5 }), (a) =>
    neighbours(a, 1, 2, 0.5, 0.5),
  ),
  one(
    'local response',
    node('LRN', [A], {}, { depth_radius: { i: '2' }, bias: { f: 1 }, alpha: { f: 0.1 }, beta: { f: 0.75 } }),
    (a) => neighbours(a, 2, 1, 0.1, 0.75),
  ),
];
