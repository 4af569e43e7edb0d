import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { extentOf, type NetworkNode } from '../network/network.js';
import type { Region } from '../network/region.js';
import { type Ascent, ascend } from '../project/ascend.js';
import type { Engine } from '../project/engine.js';
import { byCell, peakCells, peakValues } from '../project/peaks.js';
import { probabilityOf } from '../project/probability.js';
import { positionAt } from '../project/seed.js';
import { pixelsSeen } from '../project/sight.js';
import { tidied } from '../tidied.js';

/** One activation of a batch that may enter a list. */
export interface Candidate {
  /** Which image of the batch. */
  readonly row: number;
  readonly featureMap: number;
  readonly activation: number;
  readonly probability?: number;
  /** Flat index of its position, row-major; the first one where several are equal. */
  readonly cell: number;
}

/** What one layer made of a batch. */
interface LayerValues {
  readonly node: NetworkNode;
  /** `[batch, cells, maps]` */
  readonly cells: tf.Tensor3D;
  /** The probabilities of a softmax layer, likewise. */
  readonly probabilities: tf.Tensor3D | undefined;
  /** `[batch, maps]` */
  readonly peaks: tf.Tensor2D;
}

/** Which activations of a layer are worth a closer look: all images, or none, would do, but cost a read-back. */
export type Admits = (node: NetworkNode, featureMap: number, row: number, activation: number) => boolean;

/** The candidates of each layer, and the shapes of the way up by node. */
export interface MinedBatch {
  readonly candidates: ReadonlyMap<NetworkNode, readonly Candidate[]>;
  readonly shapes: Ascent['shapes'];
}

/**
 * Runs a batch up once and finds, for all layers at once, the activations that may enter a list. Only the largest
 * value of each feature map of each image is read back, and positions where something is to enter.
 */
export async function mineBatch(
  engine: Engine,
  input: tf.Tensor,
  nodes: readonly NetworkNode[],
  k: number,
  admits: Admits,
): Promise<MinedBatch> {
  const { network, mirrors, atLogits } = engine;
  // A tick has passed since the last check.
  engine.assertUsable();
  let shapes: Ascent['shapes'] = [];
  const values = tidied(() => {
    const ascent = ascend(network, mirrors, [input], { targets: nodes, record: false, atLogits });
    shapes = ascent.shapes;
    return nodes.map((node) => layerValues(node, ascent));
  });
  // The nodes join outside: tfjs looks through all that a tidy returns.
  const layers = values.map((value, i): LayerValues => ({ ...value, node: nodes[i]! }));
  try {
    const peaks = await Promise.all(layers.map((layer) => layer.peaks.data<'float32'>()));
    const candidates = new Map<NetworkNode, readonly Candidate[]>();
    for (const [i, layer] of layers.entries()) {
      const strong = strongest(engine, layer, peaks[i]!, k, admits);
      candidates.set(layer.node, await located(layer, strong, probabilityOf(mirrors, layer.node)));
    }
    return { candidates, shapes };
  } finally {
    tf.dispose(
      layers.flatMap(({ cells, probabilities, peaks }) => [cells, peaks, ...(probabilities ? [probabilities] : [])]),
    );
  }
}

/** From a flat index in a layer's feature maps to the position, and to what it sees of the picture. */
export function locator(
  engine: Engine,
  node: NetworkNode,
  shapes: MinedBatch['shapes'],
): (cell: number) => { position: readonly number[]; receptiveField: Region } {
  const extent = extentOf(shapes[node.index]!, node.channelAxis);
  const known = new Map<number, { position: readonly number[]; receptiveField: Region }>();
  return (cell) => {
    let place = known.get(cell);
    if (!place) {
      const position = positionAt(cell, extent);
      place = { position, receptiveField: pixelsSeen(engine, node, position, shapes)[0]! };
      known.set(cell, place);
    }
    return place;
  };
}

function layerValues(node: NetworkNode, ascent: Ascent): Omit<LayerValues, 'node'> {
  const output = ascent.outputs[node.index]!;
  const logits = ascent.logits[node.index];
  const cells = byCell(logits ?? output, node.channelAxis);
  return { cells, probabilities: logits && byCell(output, node.channelAxis), peaks: peakValues(cells) };
}

/** The activations that the lists admit; of one batch no more than k a feature map can stay. */
function strongest(
  { mirrors }: Engine,
  { node, peaks, probabilities }: LayerValues,
  values: Float32Array,
  k: number,
  admits: Admits,
): Omit<Candidate, 'cell'>[] {
  const [batch, maps] = peaks.shape;
  // After a ReLU, 0 is no activation. A logit may be anything.
  const firesAbove = mirrors.isNonNegative(node) && !probabilities ? 0 : Number.NEGATIVE_INFINITY;
  const found: Omit<Candidate, 'cell'>[] = [];
  for (let featureMap = 0; featureMap < maps; featureMap++) {
    const rows: Omit<Candidate, 'cell'>[] = [];
    for (let row = 0; row < batch; row++) {
      const activation = values[row * maps + featureMap]!;
      if (!Number.isFinite(activation)) throw overflow(node, featureMap, activation);
      if (activation > firesAbove && admits(node, featureMap, row, activation)) {
        rows.push({ row, featureMap, activation });
      }
    }
    rows.sort((a, b) => b.activation - a.activation);
    // Ties at the edge are for the lists to settle, by id.
    const edge = rows[k - 1]?.activation ?? Number.NEGATIVE_INFINITY;
    found.push(...rows.filter(({ activation }) => activation >= edge));
  }
  return found;
}

/** Finds where candidates are. */
async function located(
  layer: LayerValues,
  found: readonly Omit<Candidate, 'cell'>[],
  toProbability: (output: number) => number,
): Promise<Candidate[]> {
  if (found.length === 0) return [];
  const [, count, maps] = layer.cells.shape;
  const wanted = found.map(({ row, featureMap }) => row * maps + featureMap);
  const cells = tf.tidy(() => peakCells(layer.cells, layer.peaks, wanted));
  try {
    const places = await cells.data();
    const chances = await layer.probabilities?.data();
    return found.map((candidate) => {
      const { row, featureMap } = candidate;
      const cell = places[row * maps + featureMap]!;
      const output = chances?.[(row * count + cell) * maps + featureMap];
      return { ...candidate, cell, ...(output !== undefined && { probability: toProbability(output) }) };
    });
  } finally {
    cells.dispose();
  }
}

function overflow({ name }: NetworkNode, featureMap: number, activation: number): DeconvnetError {
  return new DeconvnetError(
    'not-finite',
    `Feature map ${featureMap} of layer '${name}' is ${activation} on an image of this batch: the convnet overflowed. Check how pixels were scaled.`,
    { layer: name },
  );
}
