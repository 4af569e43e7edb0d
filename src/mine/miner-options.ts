import type { Deconvnet } from '../deconvnet.js';
import { checkKeys, checkValue, describeValue, isCount, isPlainObject } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { namesIn } from '../errors/did-you-mean.js';
import { featureMapsOf, findNode } from '../network/network.js';
import { checkFeatureMap } from '../project/selection.js';
import { checkDeconvnet } from './check-deconvnet.js';
import type { MinedNode } from './miner-basis.js';
import type { MinerThresholds } from './thresholds.js';

/** What a miner looks at, and how much it keeps. */
export interface PatchMinerOptions {
  /** Layers to mine; by default all convolutions. Where `maxBytes` has not room for all, the first ones keep pixels. */
  readonly layers?: readonly string[];
  /** Which feature maps of a layer to mine, by its name; all of a layer that is not named here. */
  readonly featureMaps?: Readonly<Record<string, readonly number[]>>;
  /** How many patches to keep for each feature map; 9 by default. */
  readonly k?: number;
  /** How many patches of one image to keep for a feature map, 1 by default; their receptive fields do not overlap. */
  readonly perImage?: number;
  /** How many bytes of pixels to keep at most; 256 MiB by default. Layers that may need more keep ids alone. */
  readonly maxBytes?: number;
  /**
   * What another miner's `thresholds()` returned: patches that could not enter its lists are passed over. For workers
   * that mine a part of a data set to be merged into that miner, and for nothing else.
   */
  readonly above?: MinerThresholds;
}

/** Options with their defaults, and layers as nodes. */
export interface ResolvedMinerOptions {
  readonly mined: readonly MinedNode[];
  readonly k: number;
  readonly perImage: number;
  readonly maxBytes: number;
  readonly above: MinerThresholds | undefined;
}

/** @throws DeconvnetError `invalid-option`, `unknown-layer`, `feature-map-out-of-range`, `unsupported-topology`. */
export function resolveMinerOptions(deconvnet: Deconvnet, options: PatchMinerOptions): ResolvedMinerOptions {
  checkDeconvnet('A PatchMiner', deconvnet);
  checkKeys('PatchMiner', options, ['layers', 'featureMaps', 'k', 'perImage', 'maxBytes', 'above']);
  const { layers = defaultLayers(deconvnet), featureMaps = {}, above } = options;
  const { k = 9, perImage = 1, maxBytes = 256 * 2 ** 20 } = options;
  const { network } = deconvnet.engine;
  if (network.inputs.length !== 1) {
    throw new DeconvnetError(
      'unsupported-topology',
      `Model '${deconvnet.model.name}' has ${network.inputs.length} inputs; a miner takes models with one. Project with lists of inputs instead.`,
    );
  }
  checkCount('k is how many patches to keep for each feature map', k);
  checkCount('perImage is how many patches of one image a feature map keeps', perImage);
  const isSize = typeof maxBytes === 'number' && maxBytes >= 0;
  checkValue(isSize, 'maxBytes is how many bytes of pixels to keep, 0 or more', maxBytes);
  checkValue(isPlainObject(featureMaps), 'featureMaps lists feature maps by layer, { conv1: [3, 12] }', featureMaps);
  checkValue(Array.isArray(layers), "layers is a list of names, ['conv1']", layers);
  if (layers.length === 0) {
    throw new DeconvnetError(
      'invalid-option',
      `No layers to mine: by default they are the convolutions. The model has ${namesIn(network.nodes.map(({ name }) => name))}.`,
      { advice: { about: 'choose-layers', text: 'Name some in { layers: [...] }.' } },
    );
  }
  const nodes = [...new Set(layers.map((name: string) => findNode(network, name)))];
  const selections = new Map(
    Object.entries(featureMaps).map(([name, maps]) => {
      const node = findNode(network, name);
      if (!nodes.includes(node)) {
        throw new DeconvnetError(
          'invalid-option',
          `Feature maps of layer '${node.name}' are chosen, which is not mined; mined are ${namesIn(nodes.map((one) => one.name))}.`,
          {
            layer: node.name,
            advice: { about: 'mine-layer', text: 'Add it to layers, or leave it out of featureMaps.' },
          },
        );
      }
      if (!Array.isArray(maps) || maps.length === 0) {
        throw new DeconvnetError(
          'invalid-option',
          `featureMaps lists the feature maps of layer '${node.name}' to mine, one or more, as { '${name}': [3, 12] }; this is ${describeValue(maps)}.`,
          { layer: node.name },
        );
      }
      for (const map of maps) checkFeatureMap(node, map);
      const selected = [...new Set<number>(maps)].sort((a, b) => a - b);
      return [node, selected.length === featureMapsOf(node) ? null : selected];
    }),
  );
  return {
    mined: nodes.map((node) => ({ node, selected: selections.get(node) ?? null })),
    k,
    perImage,
    maxBytes,
    above,
  };
}

function checkCount(what: string, count: number): void {
  checkValue(isCount(count, 1), `${what}, 1 or more`, count);
}

function defaultLayers({ engine, layers }: Deconvnet): string[] {
  const convolutions = engine.network.nodes.filter((node) => engine.mirrors.isConvolution(node));
  return convolutions.filter(({ index }) => layers[index]!.blockedBy === null).map(({ name }) => name);
}
