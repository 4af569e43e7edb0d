import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { DeconvnetError } from '../errors.js';
import { featureMapsOf, findNode, type NetworkNode } from '../network/network.js';
import { describeValue } from '../options.js';
import type { Projection } from '../project/projection.js';
import { checkPixels, readInput } from '../project/read-input.js';
import { checkFeatureMap } from '../project/selection.js';
import type { ImageLookup, ImageSource, SourceItem } from './image-source.js';
import { locator, mineBatch } from './mine-batch.js';
import { basisOf, differenceOf } from './miner-basis.js';
import { readMinerBytes, writeMinerBytes } from './miner-bytes.js';
import { type MinerJson, readMinerJson, writeMinerJson } from './miner-json.js';
import { type PatchMinerOptions, resolveMinerOptions } from './miner-options.js';
import {
  emptyState,
  fillState,
  insertEntry,
  type KeptState,
  type MinerState,
  mergeStates,
  type PatchEntry,
} from './miner-state.js';
import type { Patch } from './patch.js';
import { patchOf, pixelCutter, readRows } from './patch-pixels.js';
import { projectPatches } from './project-patches.js';
import { type RunOptions, runSource } from './run-source.js';
import { stackImages } from './stack-images.js';

/**
 * Looks through a data set for the patches that excite each feature map most, and projects them (Figure 2 of the
 * paper). One forward pass a batch serves all layers.
 *
 * Results depend neither on batches nor on the order of images: equal activations are ordered by id, then position.
 * At most one patch an image is kept for each feature map; after a ReLU, 0 is not mined.
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
  readonly #nodes: readonly NetworkNode[];
  readonly #state: MinerState;

  /** @throws DeconvnetError `unknown-layer`, `unsupported-layer`, `invalid-option`. */
  constructor(deconvnet: Deconvnet, options: PatchMinerOptions = {}) {
    const { layers, k, maxBytes } = resolveMinerOptions(deconvnet, options);
    this.deconvnet = deconvnet;
    this.k = k;
    this.#nodes = [...new Set(layers.map((name) => findNode(deconvnet.engine.network, name)))];
    this.layers = this.#nodes.map(({ name }) => name);
    this.#state = emptyState(basisOf(deconvnet, this.#nodes, k), maxBytes);
  }

  /** How many images have been mined. */
  get images(): number {
    return this.#state.images;
  }

  /** How many bytes of pixels are kept; never more than `maxBytes`. */
  get bytes(): number {
    return this.#state.store.bytes;
  }

  /** How many feature maps a mined layer has. */
  featureMaps(layer: string): number {
    return featureMapsOf(this.#node(layer));
  }

  /**
   * Mines one batch.
   *
   * @param images `[batch, ...input]`; stays the caller's
   * @param ids one for each image, unique in the data set
   * @param labels classes of the images, where they are known
   * @throws DeconvnetError `shape-mismatch`, `duplicate-id`, `not-finite`, `disposed`, `inside-tidy`; what was mined
   * before stays as it was.
   */
  async add(images: tf.Tensor, ids: readonly string[], labels: readonly (string | undefined)[] = []): Promise<void> {
    const { engine } = this.deconvnet;
    engine.assertUsable();
    const input = readInput(engine.network, images, { batch: true });
    try {
      checkIds(ids, labels, input.shape[0]!);
      await checkPixels([input], (row) => `Image '${ids[row]}'`);
      await engine.checkWeights(this.#nodes);
      const mined = await mineBatch(engine, input, this.#nodes, this.k, (node, featureMap, row, activation) =>
        this.#state.lists.get(node.name)![featureMap]!.admits(ids[row]!, activation),
      );
      const rows = [...new Set([...mined.candidates.values()].flat().map(({ row }) => row))];
      const cut = pixelCutter(await readRows(engine, input, rows), ids, this.deconvnet.inputFormat);
      // Nothing awaits from here on: a batch enters whole or not at all.
      for (const [node, candidates] of mined.candidates) {
        const locate = locator(engine, node, mined.shapes);
        for (const { row, featureMap, cell, ...values } of candidates) {
          const label = labels[row];
          const entry = { id: ids[row]!, ...(label !== undefined && { label }), ...values, ...locate(cell) };
          insertEntry(this.#state, node.name, featureMap, entry, (field) => cut(row, field));
        }
      }
      this.#state.images += ids.length;
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

  /** The strongest patches of a feature map, strongest first; fewer than k where it fired on fewer images. */
  top(layer: string, featureMap: number): Patch[] {
    return this.#entries(layer, featureMap).entries.map((entry) => patchOf(entry, this.deconvnet.inputFormat));
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
    { crop = false, source }: { readonly crop?: boolean; readonly source?: ImageLookup } = {},
  ): Promise<Projection[]> {
    return projectPatches(this.deconvnet, { ...this.#entries(layer, featureMap), featureMap, crop }, source);
  }

  /**
   * Takes over what another miner found in another part of the data set. The other stays as it is. Merged in any
   * order, parts give what one run over all gives.
   *
   * @throws DeconvnetError `state-mismatch` where layers, feature maps or k differ.
   */
  merge(other: PatchMiner): void {
    mergeStates(this.#state, other.#state);
  }

  /** Ids, values and positions, as plain JSON; never pixels. */
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
    { maxBytes }: Pick<PatchMinerOptions, 'maxBytes'> = {},
  ): PatchMiner {
    return PatchMiner.#restore(deconvnet, readMinerJson(json), maxBytes);
  }

  /** Everything, pixels too: as picture bytes where the input format is known and they are exact, else as floats. */
  save(): Uint8Array<ArrayBuffer> {
    return writeMinerBytes(this.#state, this.deconvnet.model.name);
  }

  /**
   * The miner that `save` wrote.
   *
   * @throws DeconvnetError `state-unreadable`, `state-mismatch` where the network has other layers or another input
   * format.
   */
  static load(
    deconvnet: Deconvnet,
    bytes: Uint8Array,
    { maxBytes }: Pick<PatchMinerOptions, 'maxBytes'> = {},
  ): PatchMiner {
    return PatchMiner.#restore(deconvnet, readMinerBytes(bytes), maxBytes);
  }

  static #restore(deconvnet: Deconvnet, kept: KeptState, maxBytes: number | undefined): PatchMiner {
    if (!deconvnet?.engine) {
      throw new DeconvnetError(
        'invalid-option',
        `A Deconvnet comes first, then the state; this is ${describeValue(deconvnet)}.`,
      );
    }
    const missing = kept.layers.find(({ name, featureMaps }) =>
      deconvnet.layers.every((layer) => layer.name !== name || layer.featureMaps !== featureMaps),
    );
    if (missing) {
      throw new DeconvnetError(
        'state-mismatch',
        `This state was mined on a network with a layer '${missing.name}' of ${missing.featureMaps} feature maps; model '${deconvnet.model.name}' has none.`,
        { layer: missing.name },
      );
    }
    const options = {
      layers: kept.layers.map(({ name }) => name),
      k: kept.k,
      ...(maxBytes !== undefined && { maxBytes }),
    };
    const miner = new PatchMiner(deconvnet, options);
    // Without an input format a state holds values as they were: any Deconvnet can go on with it.
    const basis = { ...kept, inputFormat: kept.inputFormat ?? miner.#state.basis.inputFormat };
    const difference = differenceOf(basis, miner.#state.basis);
    if (difference) throw new DeconvnetError('state-mismatch', `This state does not fit the Deconvnet: ${difference}.`);
    fillState(miner.#state, kept);
    return miner;
  }

  #entries(layer: string, featureMap: number): { node: NetworkNode; entries: readonly PatchEntry[] } {
    const node = this.#node(layer);
    checkFeatureMap(node, featureMap);
    return { node, entries: [...this.#state.lists.get(node.name)![featureMap]!.entries] };
  }

  #node(layer: string): NetworkNode {
    const node = findNode(this.deconvnet.engine.network, layer);
    if (this.#nodes.includes(node)) return node;
    throw new DeconvnetError(
      'unknown-layer',
      `Layer '${node.name}' is not mined: this miner has ${this.layers.join(', ')}.`,
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

function checkIds(ids: readonly string[], labels: readonly unknown[], images: number): void {
  if (!Array.isArray(ids) || ids.length !== images || !ids.every((id) => typeof id === 'string')) {
    throw new DeconvnetError(
      'shape-mismatch',
      `A batch of ${images} images needs as many ids, all strings; there are ${ids?.length}.`,
    );
  }
  if (labels.length !== 0 && labels.length !== images) {
    throw new DeconvnetError('shape-mismatch', `A batch of ${images} images has ${labels.length} labels.`);
  }
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new DeconvnetError(
      'duplicate-id',
      `The id '${twice}' stands for two images of one batch; ids must be unique in the data set.`,
    );
  }
}
