// `project/seed/` finds activations, and makes the tensors that a way down starts from.
// In: the output of the target layer, and requests.
// Out: the position and the value of each activation, and seeds: these values, and zero everywhere else.

import * as tf from '@tensorflow/tfjs-core';
import { extentOf, type NetworkNode } from '../../network/network.js';
import { indexAt, positionAt } from '../../regions/position.js';
import type { Engine } from '../engine.js';
import { overflowed } from '../overflow.js';
import type { Request, Seed } from '../request.js';
import { checkPosition } from '../selection.js';
import type { Ascent } from '../up/ascend.js';
import { byCell } from './peaks.js';
import { reportedWith } from './reported.js';

/** The requests for one layer that a way up of whole images serves. */
export interface Sought {
  readonly target: NetworkNode;
  /** Their indices in the list of all requests. */
  readonly requests: readonly number[];
  /** The rows of the caller's batch that went up, in the order in which they went up. */
  readonly rows: readonly number[];
}

/** Reads the feature maps that were selected, and finds the seed of each request in them. */
export async function findSeeds(
  engine: Engine,
  { target: node, requests, rows }: Sought,
  ascent: Ascent,
  all: readonly Request[],
): Promise<Seed[]> {
  const values = ascent.values[node.index]!;
  const probabilities = ascent.probabilities[node.index];
  const extent = extentOf(values.shape, node.channelAxis);
  for (const request of requests) {
    const { position } = all[request]!.selection;
    if (typeof position !== 'string') checkPosition(node, position, values.shape);
  }
  const maps = [...new Set(requests.map((request) => all[request]!.selection.featureMap))];
  const chosen = await readMaps(values, node.channelAxis, maps);
  const outputs = probabilities && (await readMaps(probabilities, node.channelAxis, maps));
  const found = requests.map((request) => {
    const { row, selection } = all[request]!;
    const { position, featureMap, crop } = selection;
    const map = maps.indexOf(featureMap);
    const rowUp = rows.indexOf(row);
    const cell =
      typeof position === 'string'
        ? firstMaximum(chosen.cells, (i) => chosen.at(rowUp, i, map))
        : indexAt(position, extent);
    const activation = chosen.at(rowUp, cell, map);
    if (!Number.isFinite(activation)) throw overflowed(node, { featureMap, activation });
    const at = position === 'all' ? position : positionAt(cell, extent);
    return { request, row, featureMap, crop, position: at, activation, output: outputs?.at(rowUp, cell, map) };
  });
  const reported = await reportedWith(
    engine,
    node,
    found.map(({ activation }) => activation),
    outputs && found.map(({ output }) => output!),
  );
  return found.map(({ activation, output: _, ...seed }, i) => ({
    ...seed,
    known: { activation, reported: reported[i]! },
  }));
}

/** The index of the largest value; of equal values the first, as everywhere. A NaN counts as the largest. */
function firstMaximum(count: number, at: (i: number) => number): number {
  let best = 0;
  for (let i = 1; i < count; i++) {
    if (at(i) > at(best) || (Number.isNaN(at(i)) && !Number.isNaN(at(best)))) best = i;
  }
  return best;
}

async function readMaps(
  values: tf.Tensor,
  channelAxis: number,
  maps: readonly number[],
): Promise<{ cells: number; at(row: number, cell: number, map: number): number }> {
  const chosen = tf.tidy(() => byCell(tf.gather(values, [...maps], channelAxis), channelAxis));
  try {
    const data = await chosen.data();
    const [, cells, count] = chosen.shape;
    return { cells, at: (row, cell, map) => data[(row * cells + cell) * count + map]! };
  } finally {
    chosen.dispose();
  }
}
