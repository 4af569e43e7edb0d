import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkKeys, checkValue } from '../../errors/check-options.js';
import type { ImageSource } from '../../mine/image-source.js';
import type { PatchPixels } from '../../mine/patch.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import type { Region } from '../../regions/region.js';
import { readProjection } from '../../render/read-projection.js';
import { BATCH_SIZE, checkSeed, checkStudy, type StudyOptions } from '../kit/study-options.js';
import { type FollowedMaps, followedMaps } from './followed-maps.js';
import { markJumps } from './mark-jumps.js';
import { checkSameNetwork, type NetworkSummary, networkSummary } from './same-network.js';

/** A network at one time of its training. */
export interface Checkpoint {
  /** What it is called: `epoch 5`. */
  readonly name: string;
  /** It stays the caller's, who may dispose it and its model when the next checkpoint is asked for. */
  readonly deconvnet: Deconvnet;
}

/** Which feature maps are followed. */
export interface EvolutionOptions extends StudyOptions, FollowedMaps {}

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
    /**
     * The projection, in units of the activation: the pixels of `box`, channels last, with zeros where that sticks out of
     * the picture.
     */
    readonly projection: { readonly values: Float32Array; readonly shape: readonly number[] };
    /** The box of input pixels in which the projection lies. */
    readonly box: Region;
    /** Whether all values of the projection are 0. */
    readonly empty: boolean;
    /**
     * Whether the activation comes from another picture than at the checkpoint before: the jumps of Figure 4. If the feature
     * map fired on no picture there, the last checkpoint counts at which it fired. It is false at the first checkpoint, and
     * when a feature map fires for the first time.
     */
    readonly jumped: boolean;
  };
}

/**
 * Follows feature maps through the training of a network (section 4, *Feature Evolution during Training*, and Figure 4
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
  let first: NetworkSummary | undefined;
  let maps: ReadonlyMap<string, readonly number[]> | undefined;
  const former = new Map<string, string>();
  let done = 0;
  for await (const { name, deconvnet } of checkpoints) {
    signal?.throwIfAborted();
    checkDeconvnet('evolution', deconvnet);
    const summary = networkSummary(name, deconvnet);
    first ??= summary;
    checkSameNetwork(first, summary);
    maps ??= followedMaps(deconvnet, options);
    const layers = [...maps.keys()];
    // The pixels of one patch of each feature map are kept, however many there are.
    const limits = { k: 1, maxBytes: Number.MAX_SAFE_INTEGER };
    const miner = new PatchMiner(deconvnet, { layers, featureMaps: Object.fromEntries(maps), ...limits });
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
    for (const [layer, some] of maps) {
      for (const featureMap of some) {
        signal?.throwIfAborted();
        frames.push(await frameOf(miner, layer, featureMap));
      }
    }
    yield { checkpoint: name, frames: markJumps(frames, former), seed };
  }
}

async function frameOf(miner: PatchMiner, layer: string, featureMap: number): Promise<EvolutionFrame> {
  const [patch] = miner.top(layer, featureMap);
  if (!patch) return { layer, featureMap };
  const { id, label, activation, position, pixels, landing: box } = patch;
  const [projection] = await miner.project(layer, featureMap, { crop: true });
  try {
    const { values, shape, empty } = await readProjection(projection!);
    return {
      ...{ layer, featureMap },
      strongest: {
        ...{ id, ...(label !== undefined && { label }), activation, position, patch: pixels!, box, empty },
        projection: { values: Float32Array.from(values), shape },
        // The study marks the jumps when it has all frames of the checkpoint.
        jumped: false,
      },
    };
  } finally {
    projection!.dispose();
  }
}
