// Stage: after `deconvnet.ts`. `mine/` takes batches of images with ids, and gives for each feature map the k strongest
// patches, their statistics and their projections. `add-batch.ts` does the work for one batch.

import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { checkFlag, checkKeys, describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { namesIn } from '../errors/did-you-mean.js';
import { featureMapsOf, findNode, type NetworkNode } from '../network/network.js';
import type { Projection } from '../project/projection.js';
import { readInput } from '../project/read-input.js';
import { checkFeatureMap } from '../project/selection.js';
import { addBatch } from './add-batch.js';
import { checkDeconvnet } from './check-deconvnet.js';
import { checkIds } from './check-ids.js';
import { type ClassCount, countClasses } from './count-classes.js';
import { checkLookup, type ImageLookup, type ImageSource, type SourceItem } from './image-source.js';
import type { FeatureMapStatistics } from './map-statistics.js';
import { basisOf, differenceOf } from './miner-basis.js';
import { type PatchMinerOptions, resolveMinerOptions } from './miner-options.js';
import type { Patch } from './patch.js';
import { patchOf } from './pixels/patch-pixels.js';
import { projectPatches } from './project-patches.js';
import { type RunOptions, runSource } from './run-source.js';
import { stackImages } from './stack-images.js';
import { checkFits, checkFormat } from './state/check-fits.js';
import { readMinerBytes, writeMinerBytes } from './state/miner-bytes.js';
import { type MinerJson, readMinerJson, writeMinerJson } from './state/miner-json.js';
import {
  emptyState,
  fillState,
  type KeptState,
  leastOf,
  type MapState,
  type MinerState,
  mergeStates,
} from './state/miner-state.js';
import { checkThresholds, type MinerThresholds } from './thresholds.js';

/**
 * Looks through a data set for the patches that excite each feature map most, and projects them (Figure 2 of the
 * paper). One forward pass a batch serves all layers. What it keeps does not grow with the number of images.
 *
 * Results depend neither on batches nor on the order of images: equal activations are ordered by id, then position.
 * Unless `perImage` says otherwise, at most one patch an image is kept for each feature map; after a ReLU, 0 is not
 * mined.
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
  /** What it mines with; stays the caller's. */
  readonly deconvnet: Deconvnet;
  /** The layers it mines, by their full names. */
  readonly layers: readonly string[];
  /** How many patches it keeps for each feature map. */
  readonly k: number;
  /** How many patches of one image it keeps for each feature map, at most. */
  readonly perImage: number;
  /** How many bytes of pixels it may keep. */
  readonly maxBytes: number;
  readonly #nodes: readonly NetworkNode[];
  readonly #state: MinerState;

  /** @throws DeconvnetError `unknown-layer`, `unsupported-layer`, `feature-map-out-of-range`, `invalid-option`. */
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

  /** How many bytes of pixels are kept; never more than `maxBytes`. */
  get bytes(): number {
    return this.#state.store.bytes;
  }

  /**
   * The full name of a mined layer; inside a nested model a suffix that only one layer has will do.
   *
   * @throws DeconvnetError `unknown-layer` where it is not mined.
   */
  layerNamed(layer: string): string {
    return this.#node(layer).name;
  }

  /** How many feature maps a mined layer has, mined or not. */
  featureMaps(layer: string): number {
    return featureMapsOf(this.#node(layer));
  }

  /** The feature maps of a layer that are mined, in rising order: all, or those that the option `featureMaps` names. */
  minedMaps(layer: string): number[] {
    return [...this.#maps(this.#node(layer)).keys()];
  }

  /**
   * Whether the patches of a layer keep their pixels. It is settled when the miner is made: layers take what their
   * patches may need at most, in the order given, as long as `maxBytes` has room. Where there is room for picture bytes
   * alone, a patch whose pixels are no picture bytes keeps its id.
   */
  keepsPixels(layer: string): boolean {
    return this.#state.rooms.get(this.#node(layer).name)!.bytes > 0;
  }

  /**
   * Mines one batch.
   *
   * @param images `[batch, ...input]`; stays the caller's
   * @param ids one for each image, unique in the data set
   * @param labels classes of the images, where they are known
   * @throws DeconvnetError `shape-mismatch`, `duplicate-id`, `invalid-option`, `not-finite`, `disposed`, `inside-tidy`;
   * what was mined before stays as it was.
   */
  async add(images: tf.Tensor, ids: readonly string[], labels: readonly (string | undefined)[] = []): Promise<void> {
    const { engine } = this.deconvnet;
    engine.assertUsable();
    const input = readInput(engine.network, images, { batch: true });
    try {
      checkIds(ids, labels, input.shape[0]!);
      // Copies: the caller may change them while this waits.
      await addBatch(this.deconvnet, this.#nodes, this.#state, { input, ids: [...ids], labels: [...labels] });
    } finally {
      input.dispose();
    }
  }

  /**
   * Mines a whole source, pulling items and disposing their images. If it fails or is stopped, what was mined before
   * stays and is whole.
   *
   * @throws DeconvnetError `empty-source`, `invalid-option`, and as `add`; the signal's reason when it is aborted.
   */
  async run(source: ImageSource, options: RunOptions = {}): Promise<void> {
    this.deconvnet.engine.assertUsable();
    await runSource(source, (items) => this.#addItems(items), options);
  }

  /**
   * The strongest patches of a feature map, strongest first; fewer than k where it fired on fewer images.
   *
   * @throws DeconvnetError `unknown-layer`, `feature-map-out-of-range` where it is not mined.
   */
  top(layer: string, featureMap: number): Patch[] {
    return this.#map(layer, featureMap).list.entries.map((entry) => patchOf(entry, this.deconvnet.inputFormat));
  }

  /**
   * How a feature map behaves over all images that were mined: how often it fires, how strong it is in the mean and at
   * most. Exact, so that it depends on neither batches, nor order, nor parts.
   *
   * @throws DeconvnetError `unknown-layer`, `feature-map-out-of-range` where it is not mined.
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
    const { rankedBy } = this.#state.basis.layers.find(({ name }) => name === node.name)!;
    const nonNegative = rankedBy === 'output' && this.deconvnet.engine.mirrors.isNonNegative(node);
    return statistics.over(this.images, { nonNegative });
  }

  /**
   * Of which classes the strongest patches of a feature map are: the most frequent first, equally frequent ones by
   * UTF-16 code unit. Patches without a label are not counted.
   *
   * @throws DeconvnetError `unknown-layer`, `feature-map-out-of-range` where it is not mined.
   */
  classes(layer: string, featureMap: number): ClassCount[] {
    return countClasses(this.#map(layer, featureMap).list.entries);
  }

  /**
   * What an activation must reach to enter the lists, as plain data that can be posted to a worker. There a miner with
   * `{ above }` passes over what is weaker; merged into this one, it gives what one run over all images gives.
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
    const floors = [...this.#state.layers].map(([layer, maps]): [string, Float32Array] => [
      layer,
      Float32Array.from(maps.values(), leastOf),
    ]);
    return Object.fromEntries(floors);
  }

  /**
   * Projects the strongest patches of a feature map, in the order of `top`. They belong to the caller.
   *
   * With `crop` only the pixels of the receptive field. Images whose pixels were not kept come from `source`: a function
   * from id to image, or a source to pull until they come; they are disposed.
   *
   * @throws DeconvnetError `source-missing` where pixels were not kept and no source has them; as `Deconvnet.project`.
   */
  async project(
    layer: string,
    featureMap: number,
    options: { readonly crop?: boolean; readonly source?: ImageLookup } = {},
  ): Promise<Projection[]> {
    checkKeys('project', options, ['crop', 'source']);
    const { crop = false, source } = options;
    checkFlag('crop', crop);
    checkLookup(source);
    const entries = [...this.#map(layer, featureMap).list.entries];
    return projectPatches(this.deconvnet, { node: this.#node(layer), entries, featureMap, crop }, source);
  }

  /**
   * Takes over what another miner found in another part of the data set. The other stays as it is. Merged in any
   * order, parts give what one run over all gives.
   *
   * @throws DeconvnetError `state-mismatch` where layers, feature maps, k or perImage differ, or where the other one
   * passed over what this one needs (see `thresholds`); `invalid-option`. Nothing has changed then.
   */
  merge(other: PatchMiner): void {
    if (typeof other !== 'object' || other === null || !(#state in other)) {
      throw new DeconvnetError(
        'invalid-option',
        `A miner merges with a PatchMiner of the same copy of this library; this is ${describeValue(other)}. PatchMiner.load makes one of bytes.`,
      );
    }
    mergeStates(this.#state, other.#state);
  }

  /** Ids, values, positions and statistics, as plain JSON; never pixels. */
  toJSON(): MinerJson {
    return writeMinerJson(this.#state, this.deconvnet.model.name);
  }

  /**
   * The miner that `toJSON` described; without pixels, so that `project` needs a source.
   *
   * @throws DeconvnetError `state-unreadable`, `state-mismatch` where the network has other layers.
   */
  static fromJSON(
    deconvnet: Deconvnet,
    json: MinerJson,
    options: Pick<PatchMinerOptions, 'maxBytes'> = {},
  ): PatchMiner {
    checkDeconvnet('fromJSON', deconvnet);
    checkKeys('fromJSON', options, ['maxBytes']);
    const { maxBytes } = options;
    return PatchMiner.#restore(deconvnet, readMinerJson(json), maxBytes);
  }

  /** Everything, pixels too: as picture bytes where the input format is known and they are exact, else as floats. */
  save(): Uint8Array<ArrayBuffer> {
    return writeMinerBytes(this.#state, this.deconvnet.model.name);
  }

  /**
   * The miner that `save` wrote, with its `maxBytes` unless another is given; pixels that find no room in that are
   * left out.
   *
   * @throws DeconvnetError `state-unreadable` where a single bit is not as it was; `state-mismatch` where the network
   * has other layers or another input format.
   */
  static load(deconvnet: Deconvnet, bytes: Uint8Array, options: Pick<PatchMinerOptions, 'maxBytes'> = {}): PatchMiner {
    checkDeconvnet('load', deconvnet);
    checkKeys('load', options, ['maxBytes']);
    const { maxBytes } = options;
    const { kept, maxBytes: own } = readMinerBytes(bytes);
    return PatchMiner.#restore(deconvnet, kept, maxBytes === undefined ? own : maxBytes);
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
    // Without an input format a state holds values as they were: any Deconvnet can go on with it.
    const basis = { ...kept, inputFormat: kept.inputFormat ?? miner.#state.basis.inputFormat };
    checkFormat(basis, miner.#state.basis);
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
      `Feature map ${featureMap} of layer '${node.name}' is not mined: this miner has ${namesIn([...maps.keys()].map(String))}.`,
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
      `Layer '${node.name}' is not mined: this miner has ${namesIn(this.layers)}.`,
      { layer: node.name },
    );
  }

  async #addItems(items: readonly SourceItem[]): Promise<void> {
    const batch = stackImages(this.deconvnet.engine.network, items);
    try {
      await this.add(
        batch,
        items.map(({ id }) => id),
        items.map(({ label }) => label),
      );
    } finally {
      batch.dispose();
    }
  }
}
