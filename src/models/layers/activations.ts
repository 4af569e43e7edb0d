// The activation functions that Keras has and tfjs-layers lacks.
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../mirrors/rectify/activation.js';

type Formula = (x: tf.Tensor) => tf.Tensor;

const timesSlope =
  (derivative: Formula): Activation['pullback'] =>
  (signal, x) =>
    tf.mul(signal, derivative(x));
const where = (condition: tf.Tensor): tf.Tensor => tf.cast(condition, 'float32');
const inside = (x: tf.Tensor, from: number, to: number): tf.Tensor =>
  where(tf.logicalAnd(tf.greater(x, from), tf.less(x, to)));
const outside = (x: tf.Tensor, bound: number): tf.Tensor => where(tf.greater(tf.abs(x), bound));

/** A function like ReLU. The rule `deconvnet` passes on the positive part of the signal. */
const rectifier = (name: string, apply: Formula, derivative: Formula, nonNegative = false): Activation => ({
  name,
  family: 'rectifier',
  nonNegative,
  bounded: false,
  derivativeOf: 'input',
  apply,
  pullback: timesSlope(derivative),
});

/** Another function. The rule `deconvnet` multiplies the signal by the derivative. */
const gradual = (
  name: string,
  apply: Formula,
  derivative: Formula,
  { bounded = false, nonNegative = false } = {},
): Activation => ({
  name,
  family: 'squashing',
  nonNegative,
  bounded,
  derivativeOf: 'input',
  apply,
  pullback: timesSlope(derivative),
});

/** `clip(slope · x + 0.5, 0, 1)`. */
const hardSigmoid = (name: string, slope: number): Activation =>
  gradual(
    name,
    (x) => tf.clipByValue(tf.add(tf.mul(x, slope), 0.5), 0, 1),
    (x) => tf.mul(slope, inside(x, -0.5 / slope, 0.5 / slope)),
    { bounded: true, nonNegative: true },
  );

const THIRD = 1 / 3;
const hardSigmoid3 = hardSigmoid('hardSigmoidKeras3', 1 / 6);

/** `max(0, x) + slope · min(0, x)`. */
const bent = (x: tf.Tensor, slope: number): tf.Tensor => tf.add(tf.relu(x), tf.mul(slope, tf.minimum(x, 0)));

/** The functions that Keras names by a word, by the name that tfjs makes of the word. */
export const ADDED_ACTIVATIONS: readonly Activation[] = [
  // The slope of Keras 3, and of PyTorch. That of Keras 2 and of TensorFlow.js is 1/5.
  hardSigmoid3,
  hardSigmoid('sparseSigmoid', 1 / 2),
  rectifier(
    'hardSilu',
    (x) => tf.mul(x, hardSigmoid3.apply(x)),
    (x) => tf.add(where(tf.greaterEqual(x, 3)), tf.mul(inside(x, -3, 3), tf.add(tf.mul(x, THIRD), 0.5))),
  ),
  rectifier(
    'celu',
    (x) => tf.add(tf.relu(x), tf.sub(tf.exp(tf.minimum(x, 0)), 1)),
    (x) => tf.exp(tf.minimum(x, 0)),
  ),
  rectifier(
    'squareplus',
    (x) => tf.mul(0.5, tf.add(x, tf.sqrt(tf.add(tf.square(x), 4)))),
    (x) => tf.mul(0.5, tf.add(1, tf.div(x, tf.sqrt(tf.add(tf.square(x), 4))))),
    true,
  ),
  rectifier(
    'sparsePlus',
    (x) => tf.add(tf.mul(tf.square(tf.add(tf.clipByValue(x, -1, 1), 1)), 0.25), tf.relu(tf.sub(x, 1))),
    (x) => tf.mul(0.5, tf.add(tf.clipByValue(x, -1, 1), 1)),
    true,
  ),
  {
    name: 'leakyRelu',
    family: 'leaky',
    nonNegative: false,
    bounded: false,
    derivativeOf: 'output',
    apply: (x) => bent(x, 0.2),
    pullback: timesSlope((y) => tf.add(tf.mul(where(tf.greater(y, 0)), 0.8), 0.2)),
  },
  gradual('exponential', tf.exp, tf.exp, { nonNegative: true }),
  gradual(
    'hardTanh',
    (x) => tf.clipByValue(x, -1, 1),
    (x) => inside(x, -1, 1),
    { bounded: true },
  ),
  gradual(
    'logSigmoid',
    (x) => tf.neg(tf.softplus(tf.neg(x))),
    (x) => tf.sigmoid(tf.neg(x)),
    { bounded: true },
  ),
  gradual(
    'tanhShrink',
    (x) => tf.sub(x, tf.tanh(x)),
    (x) => tf.square(tf.tanh(x)),
  ),
  gradual(
    'softShrink',
    (x) => tf.sub(x, tf.clipByValue(x, -0.5, 0.5)),
    (x) => outside(x, 0.5),
  ),
  gradual(
    'hardShrink',
    (x) => tf.mul(x, outside(x, 0.5)),
    (x) => outside(x, 0.5),
  ),
  // This one is of TensorFlow Addons.
  rectifier(
    'lisht',
    (x) => tf.mul(x, tf.tanh(x)),
    (x) => tf.add(tf.tanh(x), tf.mul(x, tf.sub(1, tf.square(tf.tanh(x))))),
    true,
  ),
];

/** What a ReLU of Keras may be given. */
export interface ReluOptions {
  readonly maxValue?: number;
  readonly negativeSlope?: number;
  readonly threshold?: number;
}

/**
 * ReLU with all its options: the maximum from there on, x above the threshold, and the slope times the distance from the
 * threshold up to it. The rule `deconvnet` applies the two slopes to the signal, from 0 on.
 */
export function fullRelu({ maxValue, negativeSlope: slope = 0, threshold = 0 }: ReluOptions): Activation {
  const ceiling = maxValue ?? Number.POSITIVE_INFINITY;
  const above = (x: tf.Tensor): tf.Tensor => tf.mul(x, where(tf.greater(x, threshold)));
  return {
    name: `relu (${[`slope ${slope}`, `threshold ${threshold}`, ...(maxValue === undefined ? [] : [`at most ${maxValue}`])].join(', ')})`,
    family: slope === 0 ? 'rectifier' : 'leaky',
    nonNegative: slope === 0,
    bounded: maxValue !== undefined,
    derivativeOf: 'input',
    apply: (x) => {
      const capped = maxValue === undefined ? above(x) : tf.minimum(above(x), maxValue);
      return slope === 0 ? capped : tf.add(capped, tf.mul(slope, tf.minimum(tf.sub(x, threshold), 0)));
    },
    leak: (signal) => bent(signal, slope),
    pullback: timesSlope((x) =>
      tf.add(inside(x, threshold, ceiling), tf.mul(slope, where(tf.lessEqual(x, threshold)))),
    ),
  };
}

/** ELU with any alpha: `alpha · (exp(x) − 1)` below zero. */
export function fullElu({ alpha = 1 }: { readonly alpha?: number }): Activation {
  return rectifier(
    `elu (alpha ${alpha})`,
    (x) => tf.add(tf.relu(x), tf.mul(alpha, tf.sub(tf.exp(tf.minimum(x, 0)), 1))),
    (x) => tf.add(where(tf.greater(x, 0)), tf.mul(where(tf.lessEqual(x, 0)), tf.mul(alpha, tf.exp(tf.minimum(x, 0))))),
  );
}
