import * as tf from '@tensorflow/tfjs-core';
import type { NetworkNode } from '../../network/network.js';
import type { Engine } from '../engine.js';

/** What is reported beside an activation that is not the output of its layer. */
export interface Reported {
  /** Only for a softmax layer, where the activation is the logit: its probability. */
  readonly probability?: number;
  /**
   * Only for a layer with another bounded nonlinearity (a ReLU with a maximum, sigmoid, tanh ...), where the activation is
   * the input of the nonlinearity: the output of the layer.
   */
  readonly output?: number;
}

/**
 * What is reported beside each of some activations of a layer.
 *
 * @param outputs the outputs of a softmax or logSoftmax layer for the same activations; other outputs are computed here
 */
export async function reportedWith(
  engine: Engine,
  node: NetworkNode,
  activations: readonly number[],
  outputs?: readonly number[],
): Promise<readonly Reported[]> {
  const bounded = engine.boundedEnd(node);
  if (!bounded || activations.length === 0) return activations.map(() => ({}));
  if (outputs) {
    // The output of a logSoftmax is the logarithm of a probability.
    const isLogarithm = bounded.name === 'logSoftmax';
    return outputs.map((output) => ({ probability: isLogarithm ? Math.exp(output) : output }));
  }
  const made = tf.tidy(() => bounded.apply(tf.tensor1d([...activations])));
  try {
    return [...(await made.data())].map((output) => ({ output }));
  } finally {
    made.dispose();
  }
}
