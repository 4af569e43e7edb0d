import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { activationObject, type Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { alias } from '../../tensors/alias.js';
import { isPositive, passPositive } from './pass-positive.js';

/** A nonlinearity: its function, its derivative, and what the rules need to know about it. */
export interface Activation {
  /** Its name in tfjs-layers, such as `relu` or `softmax`. */
  readonly name: string;
  /**
   * What the rule `deconvnet` does with the signal. `rectifier`: it passes on `max(0, signal)`. `leaky`: it applies the
   * function itself to the signal. `linear` and `normalizer` (softmax): it passes the signal on. `squashing`: it
   * multiplies the signal by the derivative.
   */
  readonly family: 'rectifier' | 'leaky' | 'linear' | 'normalizer' | 'squashing';
  /** Whether its output cannot be negative. */
  readonly nonNegative: boolean;
  /**
   * Whether its output has an upper bound, so that several activations can have the same largest output, and a derivative
   * of 0. A layer that ends in such a function is ranked, mined and seeded by the input of the function.
   */
  readonly bounded: boolean;
  /** Whether the derivative is a function of the input, of the output, or of neither. */
  readonly derivativeOf: 'input' | 'output' | 'nothing';
  /** The axes that a normalizer runs along. It is absent if each output depends only on the input at its own place. */
  readonly along?: readonly number[];
  /** The function. */
  apply(input: tf.Tensor): tf.Tensor;
  /** What the rule `deconvnet` applies to the signal, if the family is `leaky` and it is not the function itself. */
  leak?(signal: tf.Tensor): tf.Tensor;
  /**
   * The vector-Jacobian product, which for a pointwise function is the derivative times the signal. `recorded` is the
   * tensor that `derivativeOf` names.
   */
  pullback(signal: tf.Tensor, recorded: tf.Tensor): tf.Tensor;
}

const pointwise = (derivative: (recorded: tf.Tensor) => tf.Tensor) => (signal: tf.Tensor, recorded: tf.Tensor) =>
  tf.mul(signal, derivative(recorded));

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
const NORMAL_DENSITY = 1 / Math.sqrt(2 * Math.PI);
const TANH_SLOPE = Math.sqrt(2 / Math.PI);

const linear: Activation = {
  name: 'linear',
  family: 'linear',
  nonNegative: false,
  bounded: false,
  derivativeOf: 'nothing',
  apply: (x) => alias(x),
  pullback: (signal) => alias(signal),
};

const relu: Activation = {
  name: 'relu',
  family: 'rectifier',
  nonNegative: true,
  bounded: false,
  derivativeOf: 'output',
  apply: tf.relu,
  pullback: (signal, y) => passPositive(signal, y),
};

/** ReLU with a maximum, like `relu6` or a ReLU layer with `maxValue`. */
export function cappedRelu(ceiling: number): Activation {
  return {
    name: ceiling === 6 ? 'relu6' : `relu (at most ${ceiling})`,
    family: 'rectifier',
    nonNegative: true,
    bounded: true,
    derivativeOf: 'output',
    apply: (x) => tf.clipByValue(x, 0, ceiling),
    pullback: (signal, y) => passPositive(signal, y, ceiling),
  };
}

const rectifier = (
  name: string,
  apply: Activation['apply'],
  derivativeOf: 'input' | 'output',
  derivative: (recorded: tf.Tensor) => tf.Tensor,
  nonNegative = false,
): Activation => ({
  name,
  family: 'rectifier',
  nonNegative,
  bounded: false,
  derivativeOf,
  apply,
  pullback: pointwise(derivative),
});

const squashing = (
  name: string,
  apply: Activation['apply'],
  derivative: (output: tf.Tensor) => tf.Tensor,
  nonNegative: boolean,
): Activation => ({
  name,
  family: 'squashing',
  nonNegative,
  bounded: true,
  derivativeOf: 'output',
  apply,
  pullback: pointwise(derivative),
});

const hardSigmoid = (x: tf.Tensor): tf.Tensor => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1);
const normalDistribution = (x: tf.Tensor): tf.Tensor => tf.mul(0.5, tf.add(1, tf.erf(tf.div(x, Math.SQRT2))));
const geluSlope = (x: tf.Tensor): tf.Tensor => tf.tanh(tf.mul(TANH_SLOPE, tf.add(x, tf.mul(0.044715, tf.pow(x, 3)))));

/** The activation functions of tfjs-layers 4.22, by the names in a layer's config. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = Object.fromEntries(
  [
    linear,
    relu,
    cappedRelu(6),
    rectifier('elu', tf.elu, 'output', (y) => tf.where(tf.greater(y, 0), tf.onesLike(y), tf.add(y, 1))),
    rectifier('selu', tf.selu, 'output', (y) =>
      tf.where(tf.greater(y, 0), tf.fill(y.shape, SELU_SCALE), tf.add(y, SELU_SCALE * SELU_ALPHA)),
    ),
    rectifier('softplus', tf.softplus, 'input', tf.sigmoid, true),
    rectifier(
      'swish',
      (x) => tf.mul(x, tf.sigmoid(x)),
      'input',
      (x) => {
        const gate = tf.sigmoid(x);
        return tf.mul(gate, tf.add(1, tf.mul(x, tf.sub(1, gate))));
      },
    ),
    rectifier(
      'mish',
      (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
      'input',
      (x) => {
        const bend = tf.tanh(tf.softplus(x));
        return tf.add(bend, tf.mul(tf.mul(x, tf.sigmoid(x)), tf.sub(1, tf.square(bend))));
      },
    ),
    rectifier(
      'gelu',
      (x) => tf.mul(x, normalDistribution(x)),
      'input',
      (x) => tf.add(normalDistribution(x), tf.mul(x, tf.mul(NORMAL_DENSITY, tf.exp(tf.mul(-0.5, tf.square(x)))))),
    ),
    rectifier(
      'gelu_new',
      (x) => tf.mul(tf.mul(0.5, x), tf.add(1, geluSlope(x))),
      'input',
      (x) => {
        const bend = geluSlope(x);
        const inner = tf.mul(TANH_SLOPE, tf.add(1, tf.mul(3 * 0.044715, tf.square(x))));
        return tf.add(tf.mul(0.5, tf.add(1, bend)), tf.mul(tf.mul(tf.mul(0.5, x), tf.sub(1, tf.square(bend))), inner));
      },
    ),
    squashing('sigmoid', tf.sigmoid, (y) => tf.mul(y, tf.sub(1, y)), true),
    squashing('hardSigmoid', hardSigmoid, (y) => tf.mul(0.2, isPositive(y, 1)), true),
    squashing('tanh', tf.tanh, (y) => tf.sub(1, tf.square(y)), false),
    squashing(
      'softsign',
      (x) => tf.div(x, tf.add(tf.abs(x), 1)),
      (y) => tf.square(tf.sub(1, tf.abs(y))),
      false,
    ),
    normalizer('softmax', -1),
    normalizer('logSoftmax', -1),
  ].map((activation) => [activation.name, activation]),
);

/**
 * Softmax or its logarithm along one axis, or along several axes together.
 *
 * For `y = softmax(x)` the derivative is `dx = y · (dy − Σ dy · y)`; for `y = log(softmax(x))` it is
 * `dx = dy − exp(y) · Σ dy`. The sums run along the axes.
 */
export function normalizer(name: 'softmax' | 'logSoftmax', axis: number | readonly number[]): Activation {
  const along = typeof axis === 'number' ? [axis] : [...axis];
  const logSoftmax = (x: tf.Tensor): tf.Tensor => {
    const shifted = tf.sub(x, tf.max(x, along, true));
    return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), along, true)));
  };
  return {
    name,
    family: 'normalizer',
    nonNegative: name === 'softmax',
    bounded: true,
    derivativeOf: 'output',
    along,
    apply: (x) => (name === 'softmax' ? tf.exp(logSoftmax(x)) : logSoftmax(x)),
    pullback: (signal, y) => {
      if (name === 'logSoftmax') return tf.sub(signal, tf.mul(tf.exp(y), tf.sum(signal, along, true)));
      return tf.mul(y, tf.sub(signal, tf.sum(tf.mul(signal, y), along, true)));
    },
  };
}

/** The activation function of a layer: what its object says itself, or else what the table has under the name of it. */
export function activationOf(layer: Layer): Activation {
  const carried = activationObject(layer) as { deconvnetActivation?(): Activation } | undefined;
  return carried?.deconvnetActivation?.() ?? activationNamed(optionsOf(layer).activation, layer.name);
}

/** The activation function that a layer's config names, or an error that names the layer and the way out. */
export function activationNamed(name: string | null | undefined, layer: string): Activation {
  const found = ACTIVATIONS[name ?? 'linear'];
  if (found) return found;
  throw new DeconvnetError(
    'unsupported-layer',
    `Layer '${layer}' has the activation function '${name}', which has no mirror. Options: ${Object.keys(ACTIVATIONS).join(', ')}.`,
    {
      layer,
      advice: {
        about: 'give-mirror',
        text: `Give the layer a mirror of your own: new Deconvnet(model, { mirrors: { '${layer}': (layer) => mirror } }).`,
      },
    },
  );
}
