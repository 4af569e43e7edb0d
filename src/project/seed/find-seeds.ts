// `project/seed/` finds activations, and makes the tensors that a way down starts from.
// In: the output of the target layer, and requests.
// Out: the position and the value of each activation, and seeds: these values, and zero everywhere else.

import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { extentOf, type NetworkNode } from '../../network/network.js';
import type { Seed } from '../down/send-down.js';
import type { Engine } from '../engine.js';
import { type CheckedSelection, checkPosition } from '../selection.js';
import type { Ascent } from '../up/ascend.js';
import { byCell } from './peaks.js';
import { probabilityOf } from './probability.js';
import { positionAt } from './seed.js';

/** One projection asked for: which picture of the batch, and which activations. */
export interface Request {
  readonly picture: number;
  readonly selection: CheckedSelection;
}

/** What is to be found in one layer. */
interface Measured {
  readonly target: NetworkNode;
  /** The places of its requests among all. */
  readonly places: readonly number[];
  /** The pictures that went up, in the order of their rows. */
  readonly pictures: readonly number[];
}

/** Reads the feature maps that were selected, and finds the activation of each request in them. */
export async function measure(
  { mirrors }: Engine,
  { target: node, places, pictures }: Measured,
  ascent: Ascent,
  requests: readonly Request[],
): Promise<Seed[]> {
  const output = ascent.outputs[node.index]!;
  const logits = ascent.logits[node.index];
  const values = logits ?? output;
  const extent = extentOf(values.shape, node.channelAxis);
  for (const place of places) {
    const { position } = requests[place]!.selection;
    if (typeof position !== 'string') checkPosition(node, position, values.shape);
  }
  const maps = [...new Set(places.map((place) => requests[place]!.selection.featureMap))];
  const column = await readMaps(values, node.channelAxis, maps);
  const outputs = logits && (await readMaps(output, node.channelAxis, maps));
  const probability = probabilityOf(mirrors, node);
  return places.map((place) => {
    const { picture, selection } = requests[place]!;
    const { position, featureMap, crop } = selection;
    const map = maps.indexOf(featureMap);
    const row = pictures.indexOf(picture);
    const cell =
      typeof position === 'string'
        ? firstMaximum(column.cells, (i) => column.at(row, i, map))
        : position.reduce((flat, coordinate, axis) => flat * extent[axis]! + coordinate, 0);
    const activation = column.at(row, cell, map);
    if (!Number.isFinite(activation)) {
      throw new DeconvnetError(
        'not-finite',
        `Feature map ${featureMap} of layer '${node.name}' is ${activation} there: the convnet overflowed on this picture. Check how its pixels were scaled.`,
        { layer: node.name },
      );
    }
    return {
      place,
      picture,
      featureMap,
      crop,
      position: position === 'all' ? position : positionAt(cell, extent),
      known: { activation, probability: outputs && probability(outputs.at(row, cell, map)) },
    };
  });
}

/** The first largest of some values: ties go to the first, as everywhere. A NaN is found as well. */
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
