import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { weightsOf } from '../network/layer-access.js';
import type { NetworkNode } from '../network/network.js';

/**
 * Checks that all values are finite. It must be the pixels and the weights that are checked: a fused ReLU turns NaN
 * into 0 on some backends, and the picture would be wrong without a word.
 */
export async function allFinite(tensors: readonly tf.Tensor[]): Promise<boolean[]> {
  if (tensors.length === 0) return [];
  const flags = tf.tidy(() => {
    const each = tensors.map((tensor) =>
      tensor.dtype === 'float32' ? tf.cast(tf.all(tf.isFinite(tensor)), 'float32') : tf.scalar(1),
    );
    return tf.stack(each);
  });
  try {
    return Array.from(await flags.data(), (flag) => flag === 1);
  } finally {
    flags.dispose();
  }
}

/** Of batches that belong together: for each row whether its values are finite in all of them. */
export async function rowsFinite(batches: readonly tf.Tensor[]): Promise<boolean[]> {
  const rows = batches[0]!.shape[0]!;
  const flags = tf.tidy(() =>
    batches
      .filter(({ dtype }) => dtype === 'float32')
      .map((batch) => tf.all(tf.isFinite(tf.reshape(batch, [rows, -1])), 1))
      .reduce<tf.Tensor>((a, b) => tf.logicalAnd(a, b), tf.ones([rows], 'bool')),
  );
  try {
    return Array.from(await flags.data(), (flag) => flag === 1);
  } finally {
    flags.dispose();
  }
}

/** Remembers which weights have been found finite; training replaces weights, and new ones are checked again. */
export class WeightChecker {
  readonly #checked = new WeakSet<object>();

  /** @throws DeconvnetError `not-finite` naming the first layer with a NaN or an Infinity in its weights. */
  async check(nodes: readonly NetworkNode[]): Promise<void> {
    const fresh = nodes.flatMap((node) =>
      weightsOf(node.layer)
        .filter(({ dataId }) => !this.#checked.has(dataId))
        .map((weight) => ({ node, weight })),
    );
    const finite = await allFinite(fresh.map(({ weight }) => weight));
    const bad = fresh.find((_, i) => !finite[i]);
    if (bad) {
      throw new DeconvnetError(
        'not-finite',
        `The weights of layer '${bad.node.name}' hold NaN or Infinity, and nothing computed from them would mean anything. Load the model again, or find the training step where its loss became NaN.`,
        { layer: bad.node.name },
      );
    }
    for (const { weight } of fresh) this.#checked.add(weight.dataId);
  }
}
