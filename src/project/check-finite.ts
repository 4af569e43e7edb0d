import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { weightsOf } from '../network/layer-access.js';
import type { NetworkNode } from '../network/network.js';

/** Values that were found finite: those of a tensor never change, training makes new ones. */
const known = new WeakSet<tf.DataId>();

/**
 * Checks of each tensor that all its values are finite, once. It must be the pixels and the weights that are checked: a
 * fused ReLU turns NaN into 0 on some backends, and the picture would be wrong without a word.
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
      `The weights of layer '${bad.node.name}' hold NaN or Infinity, and nothing computed from them would mean anything. Load the model again, or find the training step where its loss became NaN.`,
      { layer: bad.node.name },
    );
  }
}
