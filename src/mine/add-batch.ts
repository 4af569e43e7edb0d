import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import type { NetworkNode } from '../network/network.js';
import { checkPixels } from '../project/read-input.js';
import { locator, mineBatch, type Wanted } from './mine-batch.js';
import { pixelCutter, readRows } from './pixels/patch-pixels.js';
import { insertEntry, leastOf, type MapState, type MinerState } from './state/miner-state.js';

/** The images of a batch, with their ids and labels. */
export interface ImageBatch {
  /** `[batch, ...input]`; stays the caller's. */
  readonly input: tf.Tensor;
  readonly ids: readonly string[];
  /** One per image, or an empty list. */
  readonly labels: readonly (string | undefined)[];
}

/**
 * Mines a batch and enters its strongest activations into a state. The batch enters completely or, after an error, not
 * at all.
 *
 * @throws DeconvnetError `not-finite`, `disposed`.
 */
export async function addBatch(
  { engine, inputFormat }: Deconvnet,
  nodes: readonly NetworkNode[],
  state: MinerState,
  { input, ids, labels }: ImageBatch,
): Promise<void> {
  const { k, perImage } = state.basis;
  await checkPixels([input], (row) => `Image '${ids[row]}'`);
  await engine.checkWeights(nodes);
  const wanted = ({ name }: NetworkNode): Wanted => wantedBy(state.layers.get(name)!, ids);
  const mined = await mineBatch(engine, input, nodes, { k, perImage, wanted });
  const withPixels = [...mined.candidates].filter(([{ name }]) => state.rooms.get(name)!.bytes > 0);
  const rows = [...new Set(withPixels.flatMap(([, candidates]) => candidates.map(({ row }) => row)))];
  const cut = pixelCutter(await readRows(engine, input, rows), ids, inputFormat);
  // Nothing is awaited from here on, so that the batch enters completely or not at all.
  for (const [node, candidates] of mined.candidates) {
    const locate = locator(engine, node, mined.shapes);
    for (const { row, featureMap, cell, ...values } of candidates) {
      const label = labels[row];
      const { position, receptiveField } = locate(cell);
      const place = { position, receptiveField };
      const entry = { id: ids[row]!, ...(label !== undefined && { label }), ...values, ...place };
      insertEntry(state, node.name, featureMap, entry, (field, room) => cut(row, field, room));
    }
    const peaks = mined.peaks.get(node)!;
    const stride = peaks.length / ids.length;
    for (const [featureMap, { statistics }] of state.layers.get(node.name)!) {
      for (let at = featureMap; at < peaks.length; at += stride) statistics.count(peaks[at]!);
    }
  }
  state.classes.count(labels);
  state.images += ids.length;
}

/** Which activations of a layer may still enter its lists. */
function wantedBy(maps: ReadonlyMap<number, MapState>, ids: readonly string[]): Wanted {
  return {
    maps: [...maps.keys()],
    admits(featureMap, row, activation) {
      const { floor, list } = maps.get(featureMap)!;
      return activation >= floor && list.admits(ids[row]!, activation);
    },
    least: (featureMap) => leastOf(maps.get(featureMap)!),
  };
}
