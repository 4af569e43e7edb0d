import * as tf from '@tensorflow/tfjs-core';
import { extentOf, type NetworkNode } from '../../network/network.js';
import { positionAt } from '../../regions/position.js';
import type { Engine } from '../engine.js';
import { overflowed } from '../overflow.js';
import { ascend, disposeAscent } from '../up/ascend.js';
import { byCell, peakCells, peakValues } from './peaks.js';
import { probabilityOf } from './probability.js';

/** A feature map with its strongest activation on one image. */
export interface RankedMap {
  readonly featureMap: number;
  readonly activation: number;
  /** The probability that the activation stands for; only for a softmax layer. */
  readonly probability?: number;
  readonly position: readonly number[];
}

/**
 * Ranks the feature maps of a layer by their strongest activation on one image, strongest first. Feature maps that do
 * not fire on the image are left out.
 */
export async function rankMaps(engine: Engine, inputs: readonly tf.Tensor[], node: NetworkNode): Promise<RankedMap[]> {
  await engine.checkWeights([node]);
  const { network, mirrors, atLogits } = engine;
  engine.assertUsable();
  const ascent = ascend(network, mirrors, inputs, { targets: [node], record: false, atLogits });
  const output = ascent.outputs[node.index]!;
  const logits = ascent.logits[node.index];
  const extent = extentOf(output.shape, node.channelAxis);
  let found: tf.Tensor[] = [];
  try {
    found = tf.tidy(() => {
      const cells = byCell(logits ?? output, node.channelAxis);
      const peaks = peakValues(cells);
      // Pooling can skip a NaN, so NaN is looked for separately.
      const finite = tf.cast(tf.all(tf.isFinite(cells)), 'float32');
      return [peaks, peakCells(cells, peaks), finite, ...(logits ? [byCell(output, node.channelAxis)] : [])];
    });
    const [peaks, cells, finite, outputs] = await Promise.all(found.map((tensor) => tensor.data()));
    if (finite![0] !== 1) throw overflowed(node);
    const maps = output.shape[node.channelAxis]!;
    const probability = probabilityOf(mirrors, node);
    const firesAbove = mirrors.isNonNegative(node) && !logits ? 0 : Number.NEGATIVE_INFINITY;
    return Array.from({ length: maps }, (_, featureMap) => ({
      featureMap,
      activation: peaks![featureMap]!,
      ...(outputs && { probability: probability(outputs[cells![featureMap]! * maps + featureMap]!) }),
      position: positionAt(cells![featureMap]!, extent),
    }))
      .filter(({ activation }) => activation > firesAbove)
      .sort((a, b) => b.activation - a.activation || a.featureMap - b.featureMap);
  } finally {
    tf.dispose(found);
    disposeAscent(ascent);
  }
}
