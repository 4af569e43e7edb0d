import type { Deconvnet } from '../deconvnet.js';
import { checkValue, isPlainObject } from '../errors/check-options.js';
import { firstInput, type NetworkNode } from '../network/network.js';
import { knownShapes } from '../project/crop/known-shapes.js';
import { imageCost } from '../project/project-image.js';
import type { PatchEntry } from './pixels/patch-entry.js';

/** One patch of a picture. */
export interface WantedPatch {
  readonly node: NetworkNode;
  readonly featureMap: number;
  /** Its place in the list of the feature map: 0 is the strongest. */
  readonly rank: number;
  readonly entry: PatchEntry;
}

/** All patches of one picture that are to be projected. */
export interface PictureWork {
  readonly id: string;
  readonly patches: readonly WantedPatch[];
}

/** What was mined. */
interface MinedLists {
  readonly layers: readonly string[];
  minedMaps(layer: string): number[];
  entries(layer: string, map: number): readonly PatchEntry[];
}

/**
 * The patches of some layers and feature maps.
 *
 * @throws DeconvnetError `invalid-option`, and what the lists throw for layers and feature maps that are not mined.
 */
export function* selectPatches(
  miner: MinedLists,
  nodeOf: (layer: string) => NetworkNode,
  {
    layers = miner.layers,
    featureMaps = {},
  }: {
    readonly layers?: readonly string[];
    readonly featureMaps?: Readonly<Record<string, readonly number[]>>;
  },
): Generator<WantedPatch, void, undefined> {
  checkValue(Array.isArray(layers), "layers is a list of names, ['conv1']", layers);
  checkValue(isPlainObject(featureMaps), 'featureMaps lists feature maps by layer, { conv1: [3, 12] }', featureMaps);
  const nodes = new Set(layers.map(nodeOf));
  const selected = new Map(Object.entries(featureMaps).map(([layer, maps]) => [nodeOf(layer), maps]));
  for (const [node, maps] of selected) {
    checkValue(
      nodes.has(node),
      `featureMaps has only layers that are projected; '${node.name}' is not one of them`,
      featureMaps,
    );
    checkValue(Array.isArray(maps), `featureMaps lists the feature maps of '${node.name}', [3, 12]`, maps);
  }
  for (const node of nodes) {
    for (const featureMap of new Set(selected.get(node) ?? miner.minedMaps(node.name))) {
      for (const [rank, entry] of miner.entries(node.name, featureMap).entries())
        yield { node, featureMap, rank, entry };
    }
  }
}

/** Groups patches by their picture. The pictures are in the order of their ids, by UTF-16 code unit. */
export function pictureWork(patches: Iterable<WantedPatch>): PictureWork[] {
  const byId = new Map<string, WantedPatch[]>();
  for (const patch of patches) {
    const own = byId.get(patch.entry.id);
    if (own) own.push(patch);
    else byId.set(patch.entry.id, [patch]);
  }
  return [...byId]
    .map(([id, own]): PictureWork => ({ id, patches: own }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Whether the image of a picture has to be fetched, because the pixels of a patch were not kept. */
export function needsImage({ patches }: PictureWork): boolean {
  return patches.some(({ entry }) => !entry.pixels);
}

/**
 * The estimated multiply-adds that the patches of one picture take. If the model takes images of any size, and the size of
 * this one is not known, it is 0.
 */
export function pictureCost({ engine }: Deconvnet, { patches }: PictureWork): number {
  const { network } = engine;
  const stored = patches.find(({ entry }) => entry.pixels)?.entry.pixels;
  const { outputShape, channelAxis } = firstInput(network);
  const spatial = stored
    ? stored.whole.slice(0, -1)
    : outputShape.filter((_, axis) => axis > 0 && axis !== channelAxis);
  if (spatial.some((size) => size === null)) return 0;
  const shape: number[] = [1, ...(spatial as number[])];
  shape.splice(channelAxis, 0, stored?.whole.at(-1) ?? outputShape[channelAxis]!);
  const activations = patches.map(({ node, entry }) => ({ target: node, position: entry.position }));
  return imageCost(engine, activations, knownShapes(network, [{ shape }]));
}
