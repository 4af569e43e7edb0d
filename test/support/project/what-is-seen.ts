import * as tfl from '@tensorflow/tfjs-layers';
import { MirrorSet } from '../../../src/mirrors/mirror-set.js';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { layerClass } from '../../../src/mirrors/table.js';
import { classNameOf, wrappedLayer } from '../../../src/network/layer-access.js';
import { readNetwork } from '../../../src/network/read-network.js';
import type { Reach } from '../../../src/regions/window.js';
import type { DATA_FORMATS } from '../mirrors/drawn-cases.js';
import type { LayerCase } from '../mirrors/layer-case.js';

/** The words of docs/layers.md for what one output of a layer sees. */
export const SEEN = [
  'its own cell',
  'a window',
  'a transposed window',
  'everything',
  'what its inner layer sees',
] as const;

export type Seen = (typeof SEEN)[number];

/** A layer in its place: a layer below it may state where an image has its channels. */
export interface Standing extends Pick<LayerCase, 'make' | 'inputShapes'> {
  readonly below?: (typeof DATA_FORMATS)[number];
}

/** What one output sees in a network of this layer, in all words that are true of it. */
export function whatIsSeen({ make, inputShapes, below }: Standing): readonly Seen[] {
  const layer = make();
  const seen = wordsFor(reachIn(layer, inputShapes, below));
  if (classNameOf(layer) !== 'TimeDistributed') return [seen];
  const oneStep = inputShapes.map(([, ...shape]) => shape);
  return wordsFor(reachIn(wrappedLayer(layer), oneStep)) === seen ? [seen, 'what its inner layer sees'] : [seen];
}

function reachIn(
  layer: ReturnType<LayerCase['make']>,
  inputShapes: readonly (readonly number[])[],
  dataFormat?: Standing['below'],
): readonly Reach[] | null {
  const apply = (one: unknown, from: unknown): tfl.SymbolicTensor =>
    (one as tfl.layers.RNN).apply(from as tfl.SymbolicTensor) as tfl.SymbolicTensor;
  const inputs = inputShapes.map((shape) => tfl.input({ shape: [...shape] }));
  const below = dataFormat
    ? inputs.map((input) => apply(tfl.layers.upSampling2d({ size: [1, 1], dataFormat }), input))
    : inputs;
  const outputs = apply(layer, below.length === 1 ? below[0] : below);
  const network = readNetwork(tfl.model({ inputs, outputs }), layerClass);
  const mirrors = new MirrorSet(network, resolveRule({}), {});
  const node = network.nodes.find((one) => one.layer === layer)!;
  mirrors.of(node);
  return mirrors.reachOf(node);
}

function wordsFor(reaches: readonly Reach[] | null): Seen {
  if (reaches === null) return 'everything';
  const windows = reaches.filter((reach) => reach !== 'pointwise');
  if (windows.length === 0) return 'its own cell';
  return windows.some(({ transposed }) => transposed) ? 'a transposed window' : 'a window';
}
