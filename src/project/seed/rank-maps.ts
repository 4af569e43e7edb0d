import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { extentOf, type NetworkNode } from '../../network/network.js';
import type { Engine } from '../engine.js';
import { ascend, disposeAscent } from '../up/ascend.js';
import { byCell, peakCells, peakValues } from './peaks.js';
import { probabilityOf } from './probability.js';
import { positionAt } from './seed.js';

/** A feature map with its strongest activation on one picture. */
export interface RankedMap {
  readonly featureMap: number;
  readonly activation: number;
  /** For a softmax layer. */
  readonly probability?: number;
  readonly position: readonly number[];
}

/** The feature maps of a layer by their strongest activation on one picture, strongest first; dead ones left out. */
export async function rankMaps(engine: Engine, inputs: readonly tf.Tensor[], node: NetworkNode): Promise<RankedMap[]> {
  await engine.checkWeights([node]);
  const { network, mirrors, atLogits } = engine;
  // A tick has passed since the check.
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
      // Pooling passes over a NaN: it is looked for by itself.
      const finite = tf.cast(tf.all(tf.isFinite(cells)), 'float32');
      return [peaks, peakCells(cells, peaks), finite, ...(logits ? [byCell(output, node.channelAxis)] : [])];
    });
    const [peaks, cells, finite, outputs] = await Promise.all(found.map((tensor) => tensor.data()));
    if (finite![0] !== 1) throw overflow(node);
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

function overflow({ name }: NetworkNode): DeconvnetError {
  return new DeconvnetError(
    'not-finite',
    `Layer '${name}' puts out NaN or Infinity: the convnet overflowed on this picture. Check how its pixels were scaled.`,
    { layer: name },
  );
}
