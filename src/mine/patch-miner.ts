// Stage: after `deconvnet.ts`. `mine/` takes batches of images with ids, and gives for each feature map the k strongest
// patches, their statistics and their projections. `add-batch.ts` does the work for one batch.

import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { checkDeconvnet } from '../errors/check-deconvnet.js';
import { checkKeys, describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { namesIn } from '../errors/did-you-mean.js';
import { featureMapsOf, findNode, type NetworkNode } from '../network/network.js';
import type { Projection } from '../project/projection.js';
import { readInput } from '../project/read-input.js';
import { checkFeatureMap } from '../project/selection.js';
import { addBatch } from './add-batch.js';
import { checkIds } from './check-ids.js';
import { type ClassCount, countClasses } from './count-classes.js';
import type { ImageSource } from './image-source.js';
import type { FeatureMapStatistics } from './map-statistics.js';
import { basisOf, differenceOf } from './miner-basis.js';
import { type PatchMinerOptions, resolveMinerOptions } from './miner-options.js';
import type { Patch } from './patch.js';
import { type PictureWork, pictureWork, selectPatches } from './picture-work.js';
import { landingOf } from './pixels/landing-of.js';
import type { PatchEntry } from './pixels/patch-entry.js';
import { patchOf } from './pixels/patch-pixels.js';
import { checkProjectAll, type PatchProjection, type ProjectAllOptions, projectAll } from './project-all.js';
import { checkProject, type ProjectPatchesOptions, projectPatches } from './project-patches.js';
import { type RunOptions, runSource } from './run-source.js';
import { withStack } from './stack-images.js';
import { checkFits, checkFormat, checkRanking } from './state/check-fits.js';
import { readMinerBytes, writeMinerBytes } from './state/miner-bytes.js';
import { type MinerJson, readMinerJson, writeMinerJson } from './state/miner-json.js';
import {
  emptyState,
  fillState,
  type KeptState,
  type MapState,
  type MinerState,
  mergeStates,
  thresholdsOf,
} from './state/miner-state.js';
import { checkThresholds, type MinerThresholds } from './thresholds.js';

/**
 * Searches a data set for the patches that activate each feature map most strongly, and projects them (Figure 2 of the
 * paper). One forward pass per batch serves all layers. The memory that a miner needs does not grow with the number of
 * images.
 *
 * Results depend neither on batches nor on the order of images, because equal activations are ordered by id, then by
 * position. Per feature map at most one patch is kept from each image, or `perImage` if that is given. After a ReLU, an
 * activation of 0 is not mined.
 *
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import { type Deconvnet, montage, PatchMiner, renderProjections } from 'deconvnet';
 *
 * const figure2 = async (deconvnet: Deconvnet, images: Iterable<{ id: string; image: Tensor }>) => {
 *   const miner = new PatchMiner(deconvnet, { layers: ['conv3'] });
 *   await miner.run(images, { batchSize: 32 });
 *   const projections = await miner.project('conv3', 12);
 *   const sheet = montage(await renderProjections(projections), { columns: 3 });
 *   for (const projection of projections) projection.dispose();
 *   return sheet;
 * };
 * ```
 */
export class PatchMiner {
  /** The Deconvnet that it mines with; stays the caller's. */
  readonly deconvnet: Deconvnet;
  /** The full names of the layers that it mines. */
  readonly layers: readonly string[];
  /** How many patches it keeps per feature map. */
  readonly k: number;
  /** How many patches from one image it keeps per feature map, at most. */
  readonly perImage: number;
  /** How many bytes of pixels it may keep. */
  readonly maxBytes: number;
  readonly #nodes: readonly NetworkNode[];
  readonly #state: MinerState;

  /**
   * Makes a miner that has not mined anything yet.
   *
   * @throws DeconvnetError `unknown-layer`, `feature-map-out-of-range`, `unsupported-topology`, `invalid-option`.
   */
  constructor(deconvnet: Deconvnet, options: PatchMinerOptions = {}) {
    const { mined, k, perImage, maxBytes, above } = resolveMinerOptions(deconvnet, options);
    const basis = basisOf(deconvnet, mined, { k, perImage });
    if (above !== undefined) checkThresholds(above, basis);
    this.deconvnet = deconvnet;
    this.k = k;
    this.perImage = perImage;
    this.maxBytes = maxBytes;
    this.#nodes = mined.map(({ node }) => node);
    this.layers = this.#nodes.map(({ name }) => name);
    this.#state = emptyState(deconvnet, basis, { maxBytes, above });
  }

  /** How many images have been mined. */
  get images(): number {
    return this.#state.images;
  }

  /**
   * How many of the images that were mined belong to each class. The most frequent class comes first; equally frequent ones
   * are ordered by UTF-16 code unit. Images without a label are not counted. Undefined if a part of the images was mined by
   * version 0.1, which did not count their classes.
   */
  get imageClasses(): ClassCount[] | undefined {
    return this.#state.classes.kept?.sort((a, b) => b.count - a.count);
  }

  /** How many bytes of pixels are kept; never more than `maxBytes`. */
  get bytes(): number {
    return this.#state.store.bytes;
  }

  /**
   * The full name of a mined layer. A layer inside a nested model can be named by a suffix that only one layer has.
   *
   * @throws DeconvnetError `unknown-layer` if it is not mined.
   */
  layerNamed(layer: string): string {
    return this.#node(layer).name;
  }

  /** How many feature maps a mined layer has, including those that are not mined. */
  featureMaps(layer: string): number {
    return featureMapsOf(this.#node(layer));
  }

  /** The mined feature maps of a layer, in rising order: all of them, or those that the option `featureMaps` lists. */
  minedMaps(layer: string): number[] {
    return [...this.#maps(this.#node(layer)).keys()];
  }

  /**
   * Whether the patches of a layer keep their pixels. This is decided when the miner is made: in the order given, each
   * layer reserves the most that its patches can need, as long as that fits into `maxBytes`. If a layer's reserve is only
   * enough for 8-bit pixels, a patch whose pixels cannot be stored as 8-bit values keeps only its id.
   */
  keepsPixels(layer: string): boolean {
    return this.#state.rooms.get(this.#node(layer).name)!.bytes > 0;
  }

  /**
   * Mines one batch.
   *
   * @param images `[batch, ...input]`; stays the caller's
   * @param ids one per image, unique in the data set
   * @param labels the classes of the images, one per image, with undefined for an image without a label. Default: none
   * @throws DeconvnetError `shape-mismatch`, `duplicate-id`, `invalid-option`, `not-finite`, `disposed`, `inside-tidy`.
   * What was mined before stays as it was.
   */
  async add(images: tf.Tensor, ids: readonly string[], labels: readonly (string | undefined)[] = []): Promise<void> {
    const { engine } = this.deconvnet;
    engine.assertUsable();
    const input = readInput(engine.network, images, { batch: true });
    try {
      checkIds(ids, labels, input.shape[0]!);
      // The lists are copied, because the caller may change them while this method waits.
      await addBatch(this.deconvnet, this.#nodes, this.#state, { input, ids: [...ids], labels: [...labels] });
    } finally {
      input.dispose();
    }
  }

  /**
   * Mines all images of a source and disposes them. If this fails or is stopped, the batches that were mined before stay.
   *
   * @throws DeconvnetError `empty-source`, `invalid-option`, and the codes of `add`; the reason of the signal if that was
   * aborted.
   */
  async run(source: ImageSource, options: RunOptions = {}): Promise<void> {
    this.deconvnet.engine.assertUsable();
    await runSource(source, (items) => withStack(this.deconvnet.engine.network, items, this.add.bind(this)), options);
  }

  /**
   * The strongest patches of a feature map, strongest first. There are fewer than k if it fired on fewer images. If its
   * statistics say that it is `constant`, the patches are still returned, but their order means nothing.
   *
   * @throws DeconvnetError `unknown-layer` or `feature-map-out-of-range` if it is not mined.
   */
  top(layer: string, featureMap: number): Patch[] {
    const { engine, inputFormat } = this.deconvnet;
    const node = this.#node(layer);
    return this.entries(layer, featureMap).map((entry) => patchOf(entry, landingOf(engine, node, entry), inputFormat));
  }

  /**
   * How a feature map behaves over all images that were mined: how often it fires, its mean and largest activation, and
   * whether it is dead or constant. The numbers are exact, so that they do not depend on batches, on the order of images,
   * or on how the data set was divided among miners.
   *
   * @throws DeconvnetError `unknown-layer` or `feature-map-out-of-range` if it is not mined.
   * @example
   * ```ts
   * import type { PatchMiner } from 'deconvnet';
   *
   * const deadMaps = (miner: PatchMiner, layer: string) =>
   *   miner.minedMaps(layer).filter((map) => miner.statistics(layer, map).dead);
   * ```
   */
  statistics(layer: string, featureMap: number): FeatureMapStatistics {
    const { statistics } = this.#map(layer, featureMap);
    const node = this.#node(layer);
    return statistics.over(this.images, { nonNegative: this.deconvnet.engine.firesAbove(node) === 0 });
  }

  /**
   * The classes of the strongest patches of a feature map. The most frequent class comes first; equally frequent ones are
   * ordered by UTF-16 code unit. Patches without a label are not counted.
   *
   * @throws DeconvnetError `unknown-layer` or `feature-map-out-of-range` if it is not mined.
   */
  classes(layer: string, featureMap: number): ClassCount[] {
    return countClasses(this.entries(layer, featureMap));
  }

  /**
   * The values that an activation must reach to enter the lists, as plain data that can be posted to a worker. A miner
   * with `{ above }` in that worker skips weaker activations. After it is merged into this one, the result is the same as
   * that of one run over all images.
   *
   * @example
   * ```ts
   * import type { Tensor } from '@tensorflow/tfjs-core';
   * import { PatchMiner } from 'deconvnet';
   *
   * const mineApart = async (miner: PatchMiner, images: Tensor, ids: string[]) => {
   *   const { deconvnet, layers, k } = miner;
   *   const part = new PatchMiner(deconvnet, { layers, k, above: miner.thresholds() });
   *   await part.add(images, ids);
   *   miner.merge(part);
   * };
   * ```
   */
  thresholds(): MinerThresholds {
    return thresholdsOf(this.#state);
  }

  /**
   * Projects the strongest patches of a feature map, in the order of `top`. The projections belong to the caller.
   *
   * @param options `crop`: whether to return only the pixels of the patch (default: false). `source`: where to
   * get images whose pixels were not kept, either a function from an id to an image, or a source, which is read until
   * they have come; these images are disposed
   * @throws DeconvnetError `source-missing` if pixels were not kept and `source` does not have them; `invalid-option`; and
   * the codes of `Deconvnet.project`.
   */
  async project(layer: string, featureMap: number, options: ProjectPatchesOptions = {}): Promise<Projection[]> {
    const { crop, source } = checkProject(options);
    const entries = [...this.entries(layer, featureMap)];
    return projectPatches(this.deconvnet, { node: this.#node(layer), entries, featureMap, crop }, source);
  }

  /**
   * Projects all patches, image by image. One way up of an image serves all its patches, in all layers and feature maps,
   * wherever that costs less than a way up for each of them. So this is much faster than `project` for each feature map,
   * and gives the same projections up to rounding. The images come in the order of their ids; those that have to be read
   * from a source which is not a function come last, in its order. Only the projections of a few patches are in memory.
   *
   * Each projection belongs to the caller.
   *
   * @throws DeconvnetError `unknown-layer` or `feature-map-out-of-range` if something is not mined; `source-missing` if
   * pixels were not kept and `source` does not have them, unless `onSkip` is given; `invalid-option`; and the codes of
   * `Deconvnet.project`. The reason of the signal if that was aborted.
   * @example
   * ```ts
   * import { type PatchMiner, renderProjection } from 'deconvnet';
   *
   * const drawAll = async (miner: PatchMiner, save: (name: string, picture: ImageData | object) => void) => {
   *   for await (const { layer, featureMap, rank, projection } of miner.projectAll({ crop: true })) {
   *     save(`${layer} ${featureMap} ${rank}`, await renderProjection(projection));
   *     projection.dispose();
   *   }
   * };
   * ```
   */
  async *projectAll(options: ProjectAllOptions = {}): AsyncGenerator<PatchProjection, void, undefined> {
    checkProjectAll(options);
    yield* projectAll(this.deconvnet, this.pictureWork(options), options);
  }

  /**
   * What is kept of the strongest patches of a feature map: `top` without restoring pixels.
   *
   * @internal
   */
  entries(layer: string, featureMap: number): readonly PatchEntry[] {
    return this.#map(layer, featureMap).list.entries;
  }

  /**
   * The patches that `projectAll` projects, by image.
   *
   * @internal
   */
  pictureWork(options: Pick<ProjectAllOptions, 'layers' | 'featureMaps'>): PictureWork[] {
    return pictureWork(selectPatches(this, (layer) => this.#node(layer), options));
  }

  /**
   * Adds what another miner found in another part of the data set. The other miner stays as it is. If all parts are
   * merged, in any order, the result is the same as that of one run over all images.
   *
   * @throws DeconvnetError `state-mismatch` if layers, feature maps, k, perImage, input shape or input format differ, or
   * if the other miner skipped what this one needs (see `thresholds`); `invalid-option`. Then nothing has changed.
   */
  merge(other: PatchMiner): void {
    if (typeof other !== 'object' || other === null || !(#state in other)) {
      throw new DeconvnetError(
        'invalid-option',
        `A miner merges with a PatchMiner from the same copy of this library; this is ${describeValue(other)}. PatchMiner.load makes one from bytes.`,
      );
    }
    mergeStates(this.#state, other.#state);
  }

  /** Writes ids, values, positions and statistics as plain JSON, without pixels. It is a copy. */
  toJSON(): MinerJson {
    return structuredClone(writeMinerJson(this.#state, this.deconvnet.model.name));
  }

  /**
   * Restores a miner from what `toJSON` wrote. It has no pixels, so that `project` needs a source.
   *
   * @param options `maxBytes`, as in the constructor
   * @throws DeconvnetError `state-unreadable`; `state-mismatch` if the network has other layers or another input format;
   * `invalid-option`.
   */
  static fromJSON(
    deconvnet: Deconvnet,
    json: MinerJson,
    options: Pick<PatchMinerOptions, 'maxBytes'> = {},
  ): PatchMiner {
    checkDeconvnet('fromJSON', deconvnet);
    checkKeys('fromJSON', options, ['maxBytes']);
    return PatchMiner.#restore(deconvnet, structuredClone(readMinerJson(json)), options.maxBytes);
  }

  /**
   * Writes everything, including pixels, to bytes. Pixels are written as 8-bit values if the input format is known and
   * these give back exactly the same input; otherwise as float32.
   */
  save(): Uint8Array<ArrayBuffer> {
    return writeMinerBytes(this.#state, this.deconvnet.model.name);
  }

  /**
   * Restores a miner from what `save` wrote. Pixels that do not fit into `maxBytes` are left out.
   *
   * @param options `maxBytes`, as in the constructor. Default: the one of the miner that was saved
   * @throws DeconvnetError `state-unreadable` if a single bit has changed; `state-mismatch` if the network has other layers
   * or another input format; `invalid-option`.
   */
  static load(deconvnet: Deconvnet, bytes: Uint8Array, options: Pick<PatchMinerOptions, 'maxBytes'> = {}): PatchMiner {
    checkDeconvnet('load', deconvnet);
    checkKeys('load', options, ['maxBytes']);
    const { kept, maxBytes } = readMinerBytes(bytes);
    return PatchMiner.#restore(deconvnet, kept, options.maxBytes === undefined ? maxBytes : options.maxBytes);
  }

  static #restore(deconvnet: Deconvnet, kept: KeptState, maxBytes: number | undefined): PatchMiner {
    checkFits(deconvnet, kept);
    const { layers, k, perImage } = kept;
    const miner = new PatchMiner(deconvnet, {
      layers: layers.map(({ name }) => name),
      featureMaps: Object.fromEntries(layers.flatMap(({ name, selected }) => (selected ? [[name, selected]] : []))),
      ...{ k, perImage },
      ...(maxBytes !== undefined && { maxBytes }),
    });
    // A state without an input format has the values of the input themselves, so a Deconvnet with any format can use it.
    const basis = { ...kept, inputFormat: kept.inputFormat ?? miner.#state.basis.inputFormat };
    checkFormat(basis, miner.#state.basis);
    checkRanking(deconvnet, kept);
    const difference = differenceOf(basis, miner.#state.basis);
    if (difference) throw new DeconvnetError('state-mismatch', `This state does not fit the network: ${difference}.`);
    fillState(miner.#state, kept);
    return miner;
  }

  #map(layer: string, featureMap: number): MapState {
    const node = this.#node(layer);
    checkFeatureMap(node, featureMap);
    const maps = this.#maps(node);
    const map = maps.get(featureMap);
    if (map) return map;
    throw new DeconvnetError(
      'feature-map-out-of-range',
      `Feature map ${featureMap} of layer '${node.name}' is not mined. This miner mines ${namesIn([...maps.keys()].map(String))}.`,
      { layer: node.name },
    );
  }

  #maps({ name }: NetworkNode): ReadonlyMap<number, MapState> {
    return this.#state.layers.get(name)!;
  }

  #node(layer: string): NetworkNode {
    const node = findNode(this.deconvnet.engine.network, layer);
    if (this.#nodes.includes(node)) return node;
    throw new DeconvnetError(
      'unknown-layer',
      `Layer '${node.name}' is not mined. This miner mines ${namesIn(this.layers)}.`,
      { layer: node.name },
    );
  }
}
