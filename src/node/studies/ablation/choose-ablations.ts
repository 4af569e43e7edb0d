import type { Deconvnet } from '../../../deconvnet.js';
import { checkValue } from '../../../errors/check-options.js';
import { defaultLayers } from '../../../mine/default-layers.js';
import { featureMapsOf, findNode } from '../../../network/network.js';
import { resolveAblations } from '../../../studies/ablation/resolve-ablations.js';
import { layersToCompare } from '../../../studies/correspondence/layers-to-compare.js';
import { checkSeed } from '../../../studies/kit/study-options.js';
import type { WriteAblationOptions } from './write-ablation-options.js';

/** What is set to zero, with all defaults filled in. */
export interface ChosenAblations {
  /** The layers of which all feature maps and random shares are set to zero, in the order of the way up. */
  readonly layers: readonly string[];
  readonly shares: readonly number[];
  readonly draws: number;
  readonly seed: number;
  /** The layer whose feature maps are set to zero one at a time, and their numbers. */
  readonly mapLayer: string;
  readonly featureMaps: readonly number[];
}

/** The most layers that are chosen if nobody names any, without the last one. */
const LAYERS = 6;
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9];
const DRAWS = 5;

/**
 * Fills in the defaults.
 *
 * @throws DeconvnetError `unknown-layer`, `feature-map-out-of-range`, `invalid-option`.
 */
export function chooseAblations(deconvnet: Deconvnet, options: Omit<WriteAblationOptions, 'out'>): ChosenAblations {
  const { network } = deconvnet.engine;
  const usual = defaultLayers(deconvnet).layers;
  const {
    layers = [...new Set([...evenly(usual, LAYERS), ...layersToCompare(deconvnet).slice(-1)])],
    mapLayer = layersToCompare(deconvnet)[0]!,
    shares = SHARES,
    draws = DRAWS,
    seed = 0,
  } = options;
  checkSeed(seed);
  checkValue(Array.isArray(layers) && layers.length > 0, "layers is a list of names, ['conv4', 'conv5']", layers);
  const nodes = layers.map((name) => findNode(network, name));
  const node = findNode(network, mapLayer);
  const { featureMaps } = options;
  const maps = resolveAblations(node, { shares, draws, ...(featureMaps !== undefined && { featureMaps }) });
  const names = [...new Set(nodes.sort((a, b) => a.index - b.index).map(({ name }) => name))];
  return { ...{ layers: names, shares, draws, seed }, mapLayer: node.name, featureMaps: maps.featureMaps };
}

/** How many feature maps a layer has. */
export function countOfMaps({ engine: { network } }: Deconvnet, layer: string): number {
  return featureMapsOf(findNode(network, layer));
}

/** Some of a list, in even steps, with the first one and the last one. */
function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!);
}
