// Stage: after `project/`. This file joins the stages before it into the class that users call.
// In: a `tf.LayersModel`, options, images and selections.
// Out: projections, activations, ranked feature maps, and the list of layers.

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type DeconvnetOptions, resolveOptions } from './deconvnet-options.js';
import { checkKeys, checkValue, isCount } from './errors/check-options.js';
import { decodePicture } from './input/decode-picture.js';
import { encodePicture, type PictureSource } from './input/encode-picture.js';
import { findInputFormat } from './input/find-input-format.js';
import { describeInputFormat, type InputSuggestion, type ResolvedInputFormat } from './input/input-format.js';
import { type InputLayout, layoutOf, noPictures, takesPictures } from './input/input-layout.js';
import { metadataLabels } from './input/model-metadata.js';
import type { Picture } from './input/picture.js';
import { type LayerInfo, layerInfo } from './mirrors/layer-info.js';
import { MirrorSet } from './mirrors/mirror-set.js';
import { resolveRule } from './mirrors/rules.js';
import { layerClass } from './mirrors/table.js';
import { findNode, firstInput } from './network/network.js';
import { readNetwork } from './network/read-network.js';
import { Engine } from './project/engine.js';
import { projectRequests } from './project/project-requests.js';
import type { Projection } from './project/projection.js';
import { checkPixels, type ModelInput, readInputs } from './project/read-input.js';
import { rankMaps } from './project/seed/rank-maps.js';
import type { Reported } from './project/seed/reported.js';
import { checkSelection, type Selection } from './project/selection.js';
import { ascend } from './project/up/ascend.js';

/**
 * A selection with the activation that it selects. For a softmax layer `activation` is the logit, and `probability` is
 * given too. For a layer with another bounded nonlinearity (a ReLU with a maximum, sigmoid, tanh ...) `activation` is the
 * input of the nonlinearity, and `output` is given too.
 */
export type RankedSelection = Selection & { readonly activation: number } & Reported;

/**
 * The deconvolutional network of a convnet (Zeiler & Fergus, *Visualizing and Understanding Convolutional Networks*,
 * ECCV 2014): it sends the activation of a feature map back to the pixels.
 *
 * The model stays the caller's: it is neither changed nor disposed. The tensors that methods return belong to the
 * caller.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { Deconvnet } from 'deconvnet';
 *
 * const model = tfl.sequential({
 *   layers: [
 *     tfl.layers.conv2d({ inputShape: [16, 16, 3], filters: 4, kernelSize: 3, activation: 'relu', name: 'conv1' }),
 *     tfl.layers.maxPooling2d({ poolSize: 2, name: 'pool1' }),
 *   ],
 * });
 * const deconvnet = new Deconvnet(model);
 * const image = tf.randomUniform([16, 16, 3]);
 * const projection = await deconvnet.project(image, { layer: 'pool1', featureMap: 2, position: 'strongest' });
 * console.log(projection.pixels.shape); // [16, 16, 3]
 * projection.dispose();
 * deconvnet.dispose();
 * ```
 */
export class Deconvnet {
  /** The convnet. */
  readonly model: LayersModel;
  /** Each layer's class, shape, receptive field and mirror, in the order of the way up. */
  readonly layers: readonly LayerInfo[];
  /** The names of the classes, if they are known. */
  readonly labels?: readonly string[];
  /** How a picture becomes model input, if it is known. Its `from` and `by` tell where it comes from. */
  readonly inputFormat?: ResolvedInputFormat;
  /** If it is unknown: the format of an application of Keras that the model contains, which may be the model's too. */
  readonly inputSuggestion?: InputSuggestion;
  /** @internal */
  readonly engine: Engine;
  readonly #layout: InputLayout;

  /**
   * Reads the model. Nothing is computed yet.
   *
   * @throws DeconvnetError `not-a-layers-model`, `graph-model`, `unsupported-topology`, `disposed`, `invalid-option`.
   */
  constructor(model: LayersModel, options: DeconvnetOptions = {}) {
    const { input, labels, maxBytes } = resolveOptions(options);
    const network = readNetwork(model, layerClass);
    const rule = resolveRule(options);
    const mirrors = new MirrorSet(network, rule, options);
    this.model = model;
    this.engine = new Engine(network, mirrors, { rule, maxBytes });
    this.#layout = layoutOf(firstInput(network));
    const { format, suggestion } = findInputFormat(network, this.#layout.channels, input);
    if (format) this.inputFormat = format;
    if (suggestion) this.inputSuggestion = suggestion;
    const names = labels ?? metadataLabels(model);
    if (names) this.labels = names;
    this.layers = network.nodes.map((node) => layerInfo(network, node, mirrors, this.engine));
  }

  /** The size that pictures are resized to, in pixels; null if the model takes any size or does not take pictures. */
  get inputSize(): { readonly width: number; readonly height: number } | null {
    const { width, height } = this.#layout;
    return width === null || height === null ? null : { width, height };
  }

  /**
   * Whether pictures can become model input: whether it has a height, a width, and 1 or 3 channels.
   *
   * @internal
   */
  get takesPictures(): boolean {
    return takesPictures(this.#layout);
  }

  /** Describes the input format for a person, in one line. */
  describeInput(): string {
    return takesPictures(this.#layout) ? describeInputFormat(this.inputFormat) : noPictures(this.#layout);
  }

  /**
   * Turns a picture of any size into model input, `[1, ...input]`, float32. The caller disposes the tensor.
   *
   * Transparent pixels are put on white. A colour picture becomes grey for a model with one channel.
   *
   * @throws DeconvnetError `input-unknown`, `shape-mismatch`, `unsupported-option`, `disposed`.
   */
  toInput(picture: PictureSource): tf.Tensor {
    return encodePicture(picture, this.inputFormat, this.#layout, this.inputSuggestion);
  }

  /**
   * Turns model input, or a part of it, back into a picture in its own colours. The tensor stays the caller's.
   *
   * @param input `[height, width, channels]`, or `[channels, height, width]` for a model with channels first; a leading
   * axis of 1 is accepted
   * @throws DeconvnetError `input-unknown`, `shape-mismatch`, `disposed`.
   */
  async toPicture(input: tf.Tensor): Promise<Picture> {
    return decodePicture(input, this.inputFormat, this.#layout, this.inputSuggestion);
  }

  /**
   * Returns what the convnet computes in a layer: its output for one image, without the batch axis. The caller disposes
   * the tensor.
   *
   * @param image one input; a leading axis of 1 is accepted
   * @param layer the name of a layer
   * @throws DeconvnetError `unknown-layer`, `shape-mismatch`, `not-finite`, `disposed`, `inside-tidy`.
   */
  async activations(image: ModelInput, layer: string): Promise<tf.Tensor> {
    const { engine } = this;
    engine.assertUsable();
    const node = findNode(engine.network, layer);
    return this.#withInput(image, { batch: false }, async (inputs) => {
      await engine.checkWeights([node]);
      engine.assertUsable();
      const options = { targets: [node], record: false, atInputs: false, ownCalls: true };
      return tf.tidy(() =>
        tf.squeeze(ascend(engine.network, engine.mirrors, inputs, options).values[node.index]!, [0]),
      );
    });
  }

  /**
   * Finds out which feature maps to look at: those with the largest activation on an image, strongest first, each with
   * the position of that activation. After a ReLU, feature maps that are zero everywhere are left out.
   *
   * @param image one input; a leading axis of 1 is accepted
   * @param options `layer`: the name of a layer; `top`: how many feature maps to return at most (default: 9)
   * @throws DeconvnetError `unknown-layer`, `shape-mismatch`, `not-finite`, `invalid-option`, `disposed`, `inside-tidy`.
   */
  async strongest(
    image: ModelInput,
    options: { readonly layer: string; readonly top?: number },
  ): Promise<RankedSelection[]> {
    this.engine.assertUsable();
    checkKeys('strongest', options, ['layer', 'top']);
    const { layer, top = 9 } = options;
    const node = findNode(this.engine.network, layer);
    checkValue(isCount(top, 1), 'top is how many feature maps to return, 1 or more', top);
    const ranked = await this.#withInput(image, { batch: false }, (inputs) => rankMaps(this.engine, inputs, node));
    return ranked.slice(0, top).map((map) => ({ layer: node.name, ...map }));
  }

  /**
   * Projects activations of one image back to its pixels (section 2.1 of the paper). Several selections share one way
   * up. The projections belong to the caller, who disposes each of them.
   *
   * @param image one input, `[height, width, channels]`; a leading axis of 1 is accepted. For a model with several
   * inputs, a list of them in order, or an object by the names of the input layers
   * @param selection which activations of which feature map; a list of selections gives a list of projections
   * @throws DeconvnetError `unknown-layer`, `unsupported-layer`, `feature-map-out-of-range`, `position-out-of-range`,
   * `shape-mismatch`, `not-finite`, `invalid-mirror`, `disposed`, `inside-tidy`.
   */
  async project(image: ModelInput, selection: Selection): Promise<Projection>;
  async project(image: ModelInput, selections: readonly Selection[]): Promise<Projection[]>;
  async project(image: ModelInput, selection: Selection | readonly Selection[]): Promise<Projection | Projection[]> {
    const several = isList(selection);
    const made = await this.#project(image, several ? selection : [selection], { batch: false });
    return several ? made : made[0]!;
  }

  /**
   * Projects one selection, or several, for each image of a batch. The result has all selections of the first image,
   * then all of the second, and so on. The projections belong to the caller, who disposes each of them.
   *
   * @param batch `[batch, ...input]`; stays the caller's
   * @throws DeconvnetError the same codes as `project`.
   */
  async projectBatch(batch: ModelInput, selection: Selection | readonly Selection[]): Promise<Projection[]> {
    return this.#project(batch, isList(selection) ? selection : [selection], { batch: true });
  }

  /** Frees the mirrored weights; the model and all projections stay. A second call does nothing. */
  dispose(): void {
    this.engine.dispose();
  }

  /** Calls `dispose` at the end of the scope of `using deconvnet = ...`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async #project(
    images: ModelInput,
    selections: readonly Selection[],
    { batch }: { readonly batch: boolean },
  ): Promise<Projection[]> {
    const { engine } = this;
    engine.assertUsable();
    const checked = selections.map((selection) => checkSelection(engine.network, selection));
    return this.#withInput(images, { batch }, (inputs) => {
      const rows = [...Array(inputs[0]!.shape[0]!).keys()];
      const requests = rows.flatMap((row) => checked.map((selection) => ({ row, selection })));
      return projectRequests(engine, inputs, requests, this.inputFormat?.channels ?? 'rgb');
    });
  }

  async #withInput<Result>(
    image: ModelInput,
    { batch }: { readonly batch: boolean },
    work: (inputs: readonly tf.Tensor[]) => Promise<Result>,
  ): Promise<Result> {
    const inputs = readInputs(this.engine.network, image, { batch });
    try {
      await checkPixels(inputs, (row) => (batch ? `Image ${row} of the batch` : 'The image'));
      this.engine.assertUsable();
      return await work(inputs);
    } finally {
      tf.dispose(inputs);
    }
  }
}

function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}
