import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { weightsOf } from '../network/layer-access.js';
import type { NetworkNode } from '../network/network.js';

/** The values that were found finite. They stay so: the values of a tensor never change, and training makes new ones. */
const known = new WeakSet<tf.DataId>();

/**
 * Whether all values of each tensor are finite. Each tensor is read once only. The pixels and the weights have to be
 * checked, and not what is computed from them, because on some backends a fused ReLU turns NaN into 0: a projection would
 * then be wrong without a message.
 */
export async function allFinite(tensors: readonly tf.Tensor[]): Promise<boolean[]> {
  const fresh = tensors.filter(({ dtype, dataId }) => dtype === 'float32' && !known.has(dataId));
  if (fresh.length === 0) return tensors.map(() => true);
  const flags = tf.tidy(() => tf.stack(fresh.map((tensor) => tf.cast(tf.all(tf.isFinite(tensor)), 'float32'))));
  try {
    const finite = await flags.data();
    const bad = new Set(fresh.filter((_, i) => finite[i] !== 1));
    for (const tensor of fresh) if (!bad.has(tensor)) known.add(tensor.dataId);
    return tensors.map((tensor) => !bad.has(tensor));
  } finally {
    flags.dispose();
  }
}

/** @throws DeconvnetError `not-finite` naming the first layer with a NaN or an Infinity in its weights. */
export async function checkWeights(nodes: readonly NetworkNode[]): Promise<void> {
  const weights = nodes.flatMap((node) => weightsOf(node.layer).map((weight) => ({ node, weight })));
  const finite = await allFinite(weights.map(({ weight }) => weight));
  const bad = weights.find((_, i) => !finite[i]);
  if (bad) {
    throw new DeconvnetError(
      'not-finite',
      `The weights of layer '${bad.node.name}' contain NaN or Infinity, so nothing that is computed from them means anything. Load the model again, or find the training step where its loss became NaN.`,
      { layer: bad.node.name },
    );
  }
}
