import type { Deconvnet } from '../../deconvnet.js';
import { checkValue, describeValue, isCount, isPlainObject } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { defaultLayers } from '../../mine/default-layers.js';
import { featureMapsOf, findNode, type NetworkNode } from '../../network/network.js';
import { drawNumbers } from '../../tensors/draw-numbers.js';
import { randomSource } from '../../tensors/random-source.js';

/** How the feature maps are chosen that are followed. */
export interface FollowedMaps {
  /** The names of the layers. Default: those of `defaultLayers`. */
  readonly layers?: readonly string[];
  /** How many feature maps of each layer are drawn at random, or which ones, by the name of the layer. Default: 6. */
  readonly maps?: number | Readonly<Record<string, readonly number[]>>;
  /** A whole number that decides which feature maps are drawn. Default: 0. */
  readonly seed?: number;
}

/**
 * The feature maps to follow, by the full name of their layer. They depend on the layers of the network, and not on its
 * weights, so that they are the same at all checkpoints.
 *
 * @throws DeconvnetError `invalid-option`, `unknown-layer`.
 */
export function followedMaps(
  deconvnet: Deconvnet,
  { layers, maps = 6, seed = 0 }: FollowedMaps,
): Map<string, readonly number[]> {
  const { network } = deconvnet.engine;
  const valid = layers === undefined || (Array.isArray(layers) && layers.length > 0);
  checkValue(valid, "layers is a list of names, ['conv1']", layers);
  if (typeof maps !== 'number') {
    checkValue(isPlainObject(maps), 'maps is a number, or lists of feature maps by layer, { conv1: [3, 12] }', maps);
    const named = layers ?? Object.keys(maps);
    const lost = named.find((name) => !Array.isArray(maps[name]));
    if (lost !== undefined) {
      throw new DeconvnetError(
        'invalid-option',
        `maps has a list of feature maps for each layer; for '${lost}' it has ${describeValue(maps[lost])}.`,
      );
    }
    const dropped = Object.keys(maps).find((name) => !named.includes(name));
    if (dropped !== undefined) {
      throw new DeconvnetError(
        'invalid-option',
        `maps has a list of feature maps for '${dropped}', which is not one of the layers: ${named.map((name) => `'${name}'`).join(', ')}. Add it to layers, or leave layers out: then maps says which layers are followed.`,
      );
    }
    return new Map(
      named.map((name) => [findNode(network, name).name, [...new Set(maps[name]!)].sort((a, b) => a - b)]),
    );
  }
  checkValue(isCount(maps, 1), 'maps is how many feature maps of each layer to draw, 1 or more', maps);
  const nodes = (layers ?? defaultLayers(deconvnet).layers).map((name) => findNode(network, name));
  const draw = (node: NetworkNode): number[] =>
    drawNumbers(maps, featureMapsOf(node), randomSource(seed, node.index)).sort((a, b) => a - b);
  return new Map(nodes.map((node) => [node.name, draw(node)]));
}
