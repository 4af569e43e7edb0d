import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkKeys, checkValue, describeValue, isCount, isPlainObject } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { defaultLayers } from '../../mine/default-layers.js';
import type { ImageSource } from '../../mine/image-source.js';
import type { PatchPixels } from '../../mine/patch.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { featureMapsOf, findNode, type NetworkNode } from '../../network/network.js';
import type { Region } from '../../regions/region.js';
import { drawNumbers } from '../../tensors/draw-numbers.js';
import { randomSource } from '../../tensors/random-source.js';
import { BATCH_SIZE, checkSeed, checkStudy, type StudyOptions } from '../kit/study-options.js';
import { differenceOfNetworks } from './same-network.js';

/** A network at one time of its training. */
export interface Checkpoint {
  /** What it is called: `epoch 5`. */
  readonly name: string;
  /** It stays the caller's, who may dispose it and its model when the next checkpoint is asked for. */
  readonly deconvnet: Deconvnet;
}

/** Which feature maps are followed. */
export interface EvolutionOptions extends StudyOptions {
  /** The names of the layers. Default: those of `defaultLayers`. */
  readonly layers?: readonly string[];
  /** How many feature maps of each layer are drawn at random, or which ones, by the name of the layer. Default: 6. */
  readonly maps?: number | Readonly<Record<string, readonly number[]>>;
  /** A whole number that decides which feature maps are drawn. Default: 0. */
  readonly seed?: number;
}

/** What excites the chosen feature maps most at one checkpoint. */
export interface EvolutionStep {
  /** The name of the checkpoint. */
  readonly checkpoint: string;
  /** One for each feature map: layer by layer, in the order of the numbers. It is the same for all checkpoints. */
  readonly frames: readonly EvolutionFrame[];
  readonly seed: number;
}

/** The strongest activation of one feature map over all pictures, at one checkpoint. */
export interface EvolutionFrame {
  readonly layer: string;
  readonly featureMap: number;
  /** What was found; undefined if the feature map fires on no picture. */
  readonly strongest?: {
    /** The picture that it comes from, and its class if that is known. */
    readonly id: string;
    readonly label?: string;
    readonly activation: number;
    readonly position: readonly number[];
    /** The pixels of the picture in the box where the projection lies, in units of the model's input. */
    readonly patch: PatchPixels;
    /** The projection, in units of the activation: the pixels of `box`, with zeros where that sticks out of the picture. */
    readonly projection: { readonly values: Float32Array; readonly shape: readonly number[] };
    /** The box of input pixels in which the projection lies. */
    readonly box: Region;
    /** Whether all values of the projection are 0. */
    readonly empty: boolean;
    /**
     * Whether the activation comes from another picture than at the checkpoint before: the jumps of Figure 4. It is false
     * at the first checkpoint.
     */
    readonly jumped: boolean;
  };
}

/**
 * Follows feature maps through the training of a network (section 4.1, *Feature Evolution during Training*, and Figure 4
 * of the paper). At each checkpoint the strongest activation of each feature map is found anew over all pictures, and
 * projected.
 *
 * @param checkpoints the network at several times, in order. All have the same layers
 * @param images gives the pictures; it is called once for each checkpoint, and the images are disposed
 * @returns the steps, one for each checkpoint, as soon as each is there
 * @example
 * ```ts
 * import type { ImageSource } from 'deconvnet';
 * import { type Checkpoint, evolution } from 'deconvnet/studies';
 *
 * const study = async (checkpoints: Checkpoint[], images: () => ImageSource) => {
 *   for await (const { checkpoint, frames } of evolution(checkpoints, images, { layers: ['conv5'], maps: 6 })) {
 *     console.log(checkpoint, frames.map(({ strongest }) => strongest?.id).join(', '));
 *   }
 * };
 * ```
 * @throws DeconvnetError `invalid-option`, also if a checkpoint is of another network; `unknown-layer`,
 * `feature-map-out-of-range`, `empty-source`, and what `PatchMiner.run` and `PatchMiner.project` throw; the reason of the
 * signal if that was aborted.
 */
export async function* evolution(
  checkpoints: Iterable<Checkpoint> | AsyncIterable<Checkpoint>,
  images: () => ImageSource,
  options: EvolutionOptions = {},
): AsyncGenerator<EvolutionStep, void, undefined> {
  checkKeys('evolution', options, ['layers', 'maps', 'seed', 'batchSize', 'onProgress', 'signal'] as const);
  checkStudy(options);
  const { seed = 0, batchSize = BATCH_SIZE, onProgress, signal } = options;
  checkSeed(seed);
  const isList = Symbol.iterator in Object(checkpoints) || Symbol.asyncIterator in Object(checkpoints);
  checkValue(isList, 'checkpoints is a list, or another iterable, of { name, deconvnet }', checkpoints);
  checkValue(typeof images === 'function', 'images is a function that gives a source of images', images);
  let first: Followed | undefined;
  const ids = new Map<string, string>();
  let done = 0;
  for await (const { name, deconvnet } of checkpoints) {
    signal?.throwIfAborted();
    checkDeconvnet('evolution', deconvnet);
    first ??= { name, network: summaryOf(deconvnet), maps: chosenMaps(deconvnet, options, seed) };
    const difference = differenceOfNetworks(first.network, summaryOf(deconvnet));
    if (difference !== undefined) {
      throw new DeconvnetError(
        'invalid-option',
        `The checkpoint '${name}' is of another network than '${first.name}': ${difference}. Give checkpoints of one network.`,
      );
    }
    const layers = [...first.maps.keys()];
    // The pixels of one patch of each feature map are kept, however many there are.
    const limits = { k: 1, maxBytes: Number.MAX_SAFE_INTEGER };
    const miner = new PatchMiner(deconvnet, { layers, featureMaps: Object.fromEntries(first.maps), ...limits });
    const before = done;
    await miner.run(images(), {
      batchSize,
      onProgress: (progress) => {
        done = before + progress.images;
        onProgress?.({ done });
      },
      ...(signal && { signal }),
    });
    const frames: EvolutionFrame[] = [];
    for (const [layer, maps] of first.maps) {
      for (const featureMap of maps) {
        signal?.throwIfAborted();
        frames.push(await frameOf(miner, layer, featureMap, ids));
      }
    }
    yield { checkpoint: name, frames, seed };
  }
}

/** What the first checkpoint decides for all. */
interface Followed {
  readonly name: string;
  readonly network: ReturnType<typeof summaryOf>;
  readonly maps: ReadonlyMap<string, readonly number[]>;
}

/** What two checkpoints must have in common. It is kept, since the first network may be disposed soon. */
function summaryOf({ layers }: Deconvnet): { name: string; className: string; shape: string }[] {
  return layers.map(({ name, className, outputShape }) => ({ name, className, shape: `[${outputShape}]` }));
}

/** @param ids the picture of each feature map at the checkpoint before; this one's are put into it */
async function frameOf(
  miner: PatchMiner,
  layer: string,
  featureMap: number,
  ids: Map<string, string>,
): Promise<EvolutionFrame> {
  const [patch] = miner.top(layer, featureMap);
  if (!patch) return { layer, featureMap };
  const { id, label, activation, position, pixels, landing: box } = patch;
  const [projection] = await miner.project(layer, featureMap, { crop: true });
  try {
    const key = `${layer} ${featureMap}`;
    const jumped = (ids.get(key) ?? id) !== id;
    ids.set(key, id);
    const { shape } = projection!.pixels;
    const values = Float32Array.from(await projection!.pixels.data());
    const strongest = { id, ...(label !== undefined && { label }), activation, position, patch: pixels!, box, jumped };
    return { layer, featureMap, strongest: { ...strongest, projection: { values, shape }, empty: projection!.empty } };
  } finally {
    projection!.dispose();
  }
}

/** The feature maps to follow, by the full name of their layer. */
function chosenMaps(
  deconvnet: Deconvnet,
  { layers, maps = 6 }: EvolutionOptions,
  seed: number,
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
