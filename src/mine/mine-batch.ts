import * as tf from '@tensorflow/tfjs-core';
import { extentOf, firstInput, type NetworkNode } from '../network/network.js';
import { pixelsSeen } from '../project/down/pixels-seen.js';
import type { Engine } from '../project/engine.js';
import { overflowed } from '../project/overflow.js';
import { byCell, peakCells, peakValues } from '../project/seed/peaks.js';
import { reportedWith } from '../project/seed/reported.js';
import { type Ascent, ascend } from '../project/up/ascend.js';
import { positionAt } from '../regions/position.js';
import { clipRegion, type Region } from '../regions/region.js';
import { tidied } from '../tensors/tidied.js';
import type { Candidate, Strong } from './candidate.js';
import { separatePeaks } from './separate-peaks.js';

/** The activations of one layer for a batch. */
interface LayerValues {
  readonly node: NetworkNode;
  /** `[batch, cells, maps]` */
  readonly cells: tf.Tensor3D;
  /** The output of a softmax layer, in the same shape. */
  readonly probabilities: tf.Tensor3D | undefined;
  /** `[batch, maps]` */
  readonly peaks: tf.Tensor2D;
}

/** Which activations of a layer are worth reading back. Admitting everything would be correct but slower. */
export interface Wanted {
  /** The feature maps that are mined. */
  readonly maps: readonly number[];
  /** Whether the strongest activation of an image may enter the list of a feature map. */
  admits(featureMap: number, row: number, activation: number): boolean;
  /** A bound: no activation below it can enter the list of a feature map. */
  least(featureMap: number): number;
}

/** How a batch is mined. */
export interface MineBatchOptions {
  /** The number of patches per feature map. */
  readonly k: number;
  /** The largest number of patches from one image per feature map. */
  readonly perImage: number;
  readonly wanted: (node: NetworkNode) => Wanted;
}

/** What was found in a batch, for each layer. */
export interface MinedBatch {
  readonly candidates: ReadonlyMap<NetworkNode, readonly Candidate[]>;
  /** The strongest activation of each image in each feature map, mined or not: `[batch, maps]`. */
  readonly peaks: ReadonlyMap<NetworkNode, Float32Array>;
  /** The shape of each node's output on the way up, by the index of the node. */
  readonly shapes: Ascent['shapes'];
}

/**
 * Runs a batch up once and finds, for all layers together, the activations that may enter a list. For each image and
 * each feature map only the largest value is read back, and its position only if it may enter. Whole feature maps are
 * read back only if an image may give several patches.
 */
export async function mineBatch(
  engine: Engine,
  input: tf.Tensor,
  nodes: readonly NetworkNode[],
  { k, perImage, wanted }: MineBatchOptions,
): Promise<MinedBatch> {
  const { network, mirrors, atInputs } = engine;
  engine.assertUsable();
  let shapes: Ascent['shapes'] = [];
  const values = tidied(() => {
    const ascent = ascend(network, mirrors, [input], { targets: nodes, record: false, atInputs });
    shapes = ascent.shapes;
    return nodes.map((node) => layerValues(node, ascent));
  });
  // The nodes are added after the tidy, because tfjs traverses everything that a tidy returns, and a node refers to the
  // whole model.
  const layers = values.map((value, i): LayerValues => ({ ...value, node: nodes[i]! }));
  try {
    const peaks = await allSettled(layers.map((layer) => layer.peaks.data<'float32'>()));
    const candidatesOf = async (layer: LayerValues, i: number): Promise<readonly Candidate[]> => {
      const { node } = layer;
      const { maps, admits, least } = wanted(node);
      const strong = strongest(engine, layer, peaks[i]!, { k, maps, admits });
      const cells =
        perImage === 1
          ? await cellsOf(layer, strong)
          : await separatePeaks(layer.cells, strong, {
              perImage,
              firesAbove: engine.firesAbove(node),
              least,
              fieldOf: landingFinder(engine, node, shapes),
            });
      return withReported(engine, layer, cells);
    };
    // The values of all layers are requested before any of them is awaited.
    const found = await allSettled(layers.map(candidatesOf));
    const candidates = new Map(layers.map(({ node }, i) => [node, found[i]!]));
    return { candidates, peaks: new Map(layers.map(({ node }, i) => [node, peaks[i]!])), shapes };
  } finally {
    tf.dispose(
      layers.flatMap(({ cells, probabilities, peaks }) => [cells, peaks, ...(probabilities ? [probabilities] : [])]),
    );
  }
}

/** `Promise.all`, but if one fails it waits for the others too, because their tensors are freed afterwards. */
async function allSettled<Value>(work: readonly Promise<Value>[]): Promise<Value[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

function layerValues(node: NetworkNode, ascent: Ascent): Omit<LayerValues, 'node'> {
  const cells = byCell(ascent.values[node.index]!, node.channelAxis);
  const output = ascent.probabilities[node.index];
  return { cells, probabilities: output && byCell(output, node.channelAxis), peaks: peakValues(cells) };
}

/** The activations that the lists admit. Per feature map only the k strongest images of a batch can stay in a list. */
function strongest(
  engine: Engine,
  layer: LayerValues,
  values: Float32Array,
  { k, maps, admits }: { readonly k: number } & Pick<Wanted, 'maps' | 'admits'>,
): Strong[] {
  const [batch, stride] = layer.peaks.shape;
  const mustExceed = engine.firesAbove(layer.node);
  const found: Strong[] = [];
  for (const featureMap of maps) {
    const rows: Strong[] = [];
    for (let row = 0; row < batch; row++) {
      const activation = values[row * stride + featureMap]!;
      if (!Number.isFinite(activation)) throw overflowed(layer.node, { featureMap, activation });
      if (activation > mustExceed && admits(featureMap, row, activation)) {
        rows.push({ row, featureMap, activation });
      }
    }
    rows.sort((a, b) => b.activation - a.activation);
    // All images that tie with the k-th are kept, because the lists decide between them by id.
    const edge = rows[k - 1]?.activation ?? Number.NEGATIVE_INFINITY;
    for (const strong of rows) if (strong.activation >= edge) found.push(strong);
  }
  return found;
}

/** Finds the positions of the strongest activations. */
async function cellsOf(layer: LayerValues, found: readonly Strong[]): Promise<Candidate[]> {
  if (found.length === 0) return [];
  const [, , maps] = layer.cells.shape;
  const wanted = found.map(({ row, featureMap }) => row * maps + featureMap);
  const cells = tf.tidy(() => peakCells(layer.cells, layer.peaks, wanted));
  try {
    const places = await cells.data();
    return found.map((strong, i) => ({ ...strong, cell: places[wanted[i]!]! }));
  } finally {
    cells.dispose();
  }
}

/** The candidates with what is reported beside their activations. */
async function withReported(
  engine: Engine,
  { node, cells, probabilities }: LayerValues,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  if (candidates.length === 0 || engine.rankedBy(node) === 'output') return candidates;
  const [, count, maps] = cells.shape;
  const all = await probabilities?.data();
  const outputs = all && candidates.map(({ row, featureMap, cell }) => all[(row * count + cell) * maps + featureMap]!);
  const activations = candidates.map(({ activation }) => activation);
  const reported = await reportedWith(engine, node, activations, outputs);
  return candidates.map((candidate, i) => ({ ...candidate, ...reported[i] }));
}

/** Where an activation lies, what it sees, and where its signal can land. */
interface Place {
  readonly position: readonly number[];
  readonly receptiveField: Region;
  readonly landing: Region;
}

/** Makes a function from a flat index in the feature maps of a layer to the place of that activation. */
export function locator(engine: Engine, node: NetworkNode, shapes: MinedBatch['shapes']): (cell: number) => Place {
  const extent = extentOf(shapes[node.index]!, node.channelAxis);
  const known = new Map<number, Place>();
  return (cell) => {
    let place = known.get(cell);
    if (!place) {
      const position = positionAt(cell, extent);
      const { seen, landing } = pixelsSeen(engine, node, position, shapes);
      place = { position, receptiveField: seen[0]!, landing: landing[0]! };
      known.set(cell, place);
    }
    return place;
  };
}

/** Makes a function from a flat index to the part of the image in which the signal of that activation can land. */
function landingFinder(engine: Engine, node: NetworkNode, shapes: MinedBatch['shapes']): (cell: number) => Region {
  const input = firstInput(engine.network);
  const extent = extentOf(shapes[input.index]!, input.channelAxis);
  const locate = locator(engine, node, shapes);
  return (cell) => clipRegion(locate(cell).landing, extent);
}
