import type { Deconvnet } from '../deconvnet.js';
import { checkDeconvnet } from '../errors/check-deconvnet.js';
import { checkKeys, checkValue, describeValue, isCount, isPlainObject } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { namesIn } from '../errors/did-you-mean.js';
import { featureMapsOf, findNode } from '../network/network.js';
import { checkFeatureMap } from '../project/selection.js';
import type { MinedNode } from './miner-basis.js';
import type { MinerThresholds } from './thresholds.js';

/** What a miner mines, and how much it keeps. */
export interface PatchMinerOptions {
  /**
   * The names of the layers to mine. If `maxBytes` is too small for all of them, the first ones keep pixels. Default: all
   * convolutions.
   */
  readonly layers?: readonly string[];
  /** The feature maps to mine, by the name of their layer. Default: all feature maps of each layer. */
  readonly featureMaps?: Readonly<Record<string, readonly number[]>>;
  /** How many patches to keep per feature map. Default: 9. */
  readonly k?: number;
  /**
   * How many patches from one image to keep per feature map, at most. Their receptive fields do not overlap. Default: 1.
   */
  readonly perImage?: number;
  /** How many bytes of pixels to keep at most. Layers that may need more keep only ids. Default: 256 MiB. */
  readonly maxBytes?: number;
  /**
   * What another miner's `thresholds()` returned. Patches that could not enter the lists of that miner are skipped. Use
   * it only for a miner of a part of a data set that will be merged into that miner.
   */
  readonly above?: MinerThresholds;
}

/** Options with all defaults filled in, and with nodes instead of the names of layers. */
export interface ResolvedMinerOptions {
  readonly mined: readonly MinedNode[];
  readonly k: number;
  readonly perImage: number;
  readonly maxBytes: number;
  readonly above: MinerThresholds | undefined;
}

/**
 * Checks the options of a miner and fills in their defaults.
 *
 * @throws DeconvnetError `invalid-option`, `unknown-layer`, `feature-map-out-of-range`, `unsupported-topology`.
 */
export function resolveMinerOptions(deconvnet: Deconvnet, options: PatchMinerOptions): ResolvedMinerOptions {
  checkDeconvnet('A PatchMiner', deconvnet);
  checkKeys('PatchMiner', options, ['layers', 'featureMaps', 'k', 'perImage', 'maxBytes', 'above']);
  const { layers = defaultLayers(deconvnet), featureMaps = {}, above } = options;
  const { k = 9, perImage = 1, maxBytes = 256 * 2 ** 20 } = options;
  const { network } = deconvnet.engine;
  if (network.inputs.length !== 1) {
    throw new DeconvnetError(
      'unsupported-topology',
      `Model '${deconvnet.model.name}' has ${network.inputs.length} inputs; a miner takes models with one. Use Deconvnet.project with lists of inputs instead.`,
    );
  }
  checkCount('k is how many patches to keep for each feature map', k);
  checkCount('perImage is how many patches from one image to keep for each feature map', perImage);
  const isSize = typeof maxBytes === 'number' && maxBytes >= 0;
  checkValue(isSize, 'maxBytes is how many bytes of pixels to keep, 0 or more', maxBytes);
  checkValue(isPlainObject(featureMaps), 'featureMaps lists feature maps by layer, { conv1: [3, 12] }', featureMaps);
  checkValue(Array.isArray(layers), "layers is a list of names, ['conv1']", layers);
  if (layers.length === 0) {
    throw new DeconvnetError(
      'invalid-option',
      `There are no layers to mine; by default the convolutions are mined. The model has ${namesIn(network.nodes.map(({ name }) => name))}.`,
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
          `Feature maps of layer '${node.name}' are selected, but this layer is not mined. The mined layers are ${namesIn(nodes.map((one) => one.name))}.`,
          {
            layer: node.name,
            advice: { about: 'mine-layer', text: 'Add it to layers, or leave it out of featureMaps.' },
          },
        );
      }
      if (!Array.isArray(maps) || maps.length === 0) {
        throw new DeconvnetError(
          'invalid-option',
          `featureMaps lists the feature maps to mine in layer '${node.name}', one or more, as { '${name}': [3, 12] }; this is ${describeValue(maps)}.`,
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
