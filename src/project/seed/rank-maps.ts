import * as tf from '@tensorflow/tfjs-core';
import { extentOf, type NetworkNode } from '../../network/network.js';
import { positionAt } from '../../regions/position.js';
import type { Engine } from '../engine.js';
import { overflowed } from '../overflow.js';
import { ascend, disposeAscent } from '../up/ascend.js';
import { byCell, peakCells, peakValues } from './peaks.js';
import { type Reported, reportedWith } from './reported.js';

/** A feature map with its strongest activation on one image. */
export interface RankedMap extends Reported {
  readonly featureMap: number;
  readonly activation: number;
  readonly position: readonly number[];
}

/**
 * Ranks the feature maps of a layer by their strongest activation on one image, strongest first. Feature maps that do
 * not fire on the image are left out.
 */
export async function rankMaps(engine: Engine, inputs: readonly tf.Tensor[], node: NetworkNode): Promise<RankedMap[]> {
  await engine.checkWeights([node]);
  const { network, mirrors, atInputs } = engine;
  // The Deconvnet may have been disposed while the check above was awaited.
  engine.assertUsable();
  const ascent = ascend(network, mirrors, inputs, { targets: [node], record: false, atInputs });
  const values = ascent.values[node.index]!;
  const probabilities = ascent.probabilities[node.index];
  const extent = extentOf(values.shape, node.channelAxis);
  let found: tf.Tensor[] = [];
  try {
    found = tf.tidy(() => {
      const cells = byCell(values, node.channelAxis);
      const peaks = peakValues(cells);
      // Pooling can skip a NaN, so NaN is looked for separately.
      const finite = tf.cast(tf.all(tf.isFinite(cells)), 'float32');
      return [
        peaks,
        peakCells(cells, peaks),
        finite,
        ...(probabilities ? [byCell(probabilities, node.channelAxis)] : []),
      ];
    });
    const [peaks, cells, finite, outputs] = await Promise.all(found.map((tensor) => tensor.data()));
    if (finite![0] !== 1) throw overflowed(node);
    const maps = peaks!.length;
    const own = outputs && Array.from(cells!, (cell, featureMap) => outputs[cell * maps + featureMap]!);
    const reported = await reportedWith(engine, node, [...peaks!], own);
    const firesAbove = engine.firesAbove(node);
    return Array.from({ length: maps }, (_, featureMap) => ({
      featureMap,
      activation: peaks![featureMap]!,
      ...reported[featureMap],
      position: positionAt(cells![featureMap]!, extent),
    }))
      .filter(({ activation }) => activation > firesAbove)
      .sort((a, b) => b.activation - a.activation || a.featureMap - b.featureMap);
  } finally {
    tf.dispose(found);
    disposeAscent(ascent);
  }
}
