import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { extentOf, type NetworkNode } from '../network/network.js';
import { ascend, disposeAscent } from './ascend.js';
import type { Engine } from './engine.js';
import { byCell, peakCells, peakValues } from './peaks.js';
import { positionAt } from './seed.js';

/** A feature map with its strongest activation on one picture. */
export interface RankedMap {
  readonly featureMap: number;
  readonly activation: number;
  readonly position: readonly number[];
}

/** The feature maps of a layer by their strongest activation on one picture, strongest first; dead ones left out. */
export async function rankMaps(engine: Engine, inputs: readonly tf.Tensor[], node: NetworkNode): Promise<RankedMap[]> {
  await engine.checkWeights([node]);
  const { network, mirrors, atLogits } = engine;
  const ascent = ascend(network, mirrors, inputs, { targets: [node], record: false, atLogits });
  const values = ascent.logits[node.index] ?? ascent.outputs[node.index]!;
  const extent = extentOf(values.shape, node.channelAxis);
  let found: tf.Tensor | undefined;
  try {
    found = tf.tidy(() => {
      const cells = byCell(values, node.channelAxis);
      const peaks = peakValues(cells);
      return tf.stack([peaks, peakCells(cells, peaks)]);
    });
    const data = await found.data();
    const maps = values.shape[node.channelAxis]!;
    const firesAbove = mirrors.isNonNegative(node) && !ascent.logits[node.index] ? 0 : Number.NEGATIVE_INFINITY;
    return Array.from({ length: maps }, (_, featureMap) => ({
      featureMap,
      activation: finite(data[featureMap]!, featureMap, node),
      position: positionAt(data[maps + featureMap]!, extent),
    }))
      .filter(({ activation }) => activation > firesAbove)
      .sort((a, b) => b.activation - a.activation || a.featureMap - b.featureMap);
  } finally {
    found?.dispose();
    disposeAscent(ascent);
  }
}

function finite(activation: number, featureMap: number, { name }: NetworkNode): number {
  if (Number.isFinite(activation)) return activation;
  throw new DeconvnetError(
    'not-finite',
    `Feature map ${featureMap} of layer '${name}' is ${activation}: the convnet overflowed on this picture. Check how its pixels were scaled.`,
    { layer: name },
  );
}
