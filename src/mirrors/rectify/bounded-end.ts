import * as tf from '@tensorflow/tfjs-core';
import { alias } from '../../tensors/alias.js';
import type { Mirror } from '../mirror.js';
import type { Activation } from './activation.js';
import { isRectifyStep } from './rectify.js';

/**
 * What the activations of a layer are ranked, mined and seeded by: the layer's `output`; the `logit`, which is the input
 * of a softmax; or the `input` of another bounded nonlinearity.
 */
export type RankedBy = 'output' | 'logit' | 'input';

/**
 * The nonlinearity that a mirror ends in, if it is bounded; otherwise undefined. Outputs at the bound cannot be told
 * apart, and their derivative is 0, so the layer is ranked and seeded by the input of the nonlinearity.
 */
export function boundedEnd(steps: readonly Mirror[]): Activation | undefined {
  const last = steps.at(-1);
  return last !== undefined && isRectifyStep(last) && last.activation.bounded ? last.activation : undefined;
}

/**
 * The values that rank and seed a layer which ends in a bounded nonlinearity. They are the input of the nonlinearity,
 * with its sign. A ReLU with a maximum does not fire on an input of 0 or less: there they are 0, as in a ReLU without a
 * maximum.
 */
export function unbounded({ family }: Activation, input: tf.Tensor): tf.Tensor {
  return family === 'rectifier' ? tf.relu(input) : alias(input);
}

/** The name of these values. */
export function rankedBy({ family }: Activation): RankedBy {
  return family === 'normalizer' ? 'logit' : 'input';
}
