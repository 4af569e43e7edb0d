import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkKeys, checkValue, describeValue, isCount } from './errors/check-options.js';
import { DeconvnetError } from './errors/deconvnet-error.js';
import {
  describeInputFormat,
  type InputFormat,
  type InputFormatName,
  type ResolvedInputFormat,
  resolveInputFormat,
} from './input/input-format.js';
import { readModelMetadata } from './input/model-metadata.js';
import type { Picture } from './input/picture.js';
import {
  decodePixels,
  encodePicture,
  type InputLayout,
  noPictures,
  type PictureSource,
  takesPictures,
} from './input/picture-codec.js';
import { type LayerInfo, layerInfo } from './mirrors/layer-info.js';
import type { MirrorFactory } from './mirrors/mirror.js';
import { MirrorSet } from './mirrors/mirror-set.js';
import { type RuleOptions, resolveRule } from './mirrors/rules.js';
import { findNode, type NetworkNode } from './network/network.js';
import { readNetwork } from './network/read-network.js';
import { Engine } from './project/engine.js';
import { projectRequests } from './project/project-requests.js';
import type { Projection } from './project/projection.js';
import { checkPixels, type ModelInput, readInputs } from './project/read-input.js';
import { rankMaps } from './project/seed/rank-maps.js';
import { checkSelection, type Selection } from './project/selection.js';
import { ascend } from './project/up/ascend.js';

/** How a Deconvnet reads pictures, and how it comes down. */
export interface DeconvnetOptions extends RuleOptions {
  /**
   * How a picture becomes model input: a name in Keras's words, or the numbers. By default what the model says of
   * itself: `preprocessing` in its `userDefinedMetadata`, or a leading Rescaling layer (`raw`). Else it is unknown,
   * and `toInput` and `toPicture` say so.
   */
  readonly input?: InputFormatName | InputFormat;
  /** Names of the classes, in the order of the output; by default `classes` or `labels` of the model's metadata. */
  readonly labels?: readonly string[];
  /**
   * Mirrors of your own, by layer name (inside a nested model `outer/inner`, or a suffix that only one layer has) or
   * class name; a name beats a class, both beat the built-in table. A name that nothing has is an error.
   */
  readonly mirrors?: Readonly<Record<string, MirrorFactory>>;
  /**
   * What becomes of a layer whose class has no mirror: an error that names it (default), or `gradient`, its plain
   * gradient.
   */
  readonly fallback?: 'gradient';
  /**
   * About how many bytes the pictures that go up together, or the signals that go down together, may take, beside the
   * mirrored weights; 96 MiB by default. What is more goes in several batches, one picture or signal at least. The
   * projections themselves do not count.
   */
  readonly maxBytes?: number;
}

/** A selection with the activation that it stands for; of a softmax layer the logit, the probability beside it. */
export type RankedSelection = Selection & { readonly activation: number; readonly probability?: number };

/**
 * The deconvolutional network of a convnet (Zeiler & Fergus, *Visualizing and Understanding Convolutional Networks*,
 * ECCV 2014): it sends the activation of a feature map back to the pixels.
 *
 * The model stays the caller's: it is neither changed nor disposed. Tensors that methods return belong to the caller.
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
  /** What each layer is, what it sees of the picture, and which mirror it has; in the order of the way up. */
  readonly layers: readonly LayerInfo[];
  /** Names of the classes, where they are known. */
  readonly labels?: readonly string[];
  /** How a picture becomes model input, where it is known. */
  readonly inputFormat?: ResolvedInputFormat;
  /** @internal */
  readonly engine: Engine;
  readonly #layout: InputLayout;

  /**
   * @throws DeconvnetError `not-a-layers-model`, `graph-model`, `unsupported-topology`, `disposed`, `invalid-option`.
   */
  constructor(model: LayersModel, options: DeconvnetOptions = {}) {
    checkKeys('Deconvnet', options, [
      'input',
      'labels',
      'rule',
      'unpool',
      'rectify',
      'filter',
      'mirrors',
      'fallback',
      'maxBytes',
    ]);
    const { fallback, labels: given } = options;
    checkValue(fallback === undefined || fallback === 'gradient', "fallback is 'gradient', or left out", fallback);
    const areNames = given === undefined || (Array.isArray(given) && given.every((label) => typeof label === 'string'));
    checkValue(areNames, 'labels is a list of names of classes, all strings', given);
    const { maxBytes = 96 * 2 ** 20 } = options;
    const isSize = typeof maxBytes === 'number' && maxBytes > 0;
    checkValue(isSize, 'maxBytes is how many bytes the signals of one batch may take, a number above 0', maxBytes);
    const network = readNetwork(model);
    const rule = resolveRule(options);
    const mirrors = new MirrorSet(network, rule, options);
    this.model = model;
    this.engine = new Engine(network, mirrors, { rule, maxBytes });
    this.#layout = layoutOf(network.nodes[network.inputs[0]!]!);
    const metadata = readModelMetadata(network, this.#layout.channels);
    const format =
      options.input === undefined ? metadata.input : resolveInputFormat(options.input, this.#layout.channels, 'option');
    if (format) this.inputFormat = format;
    const labels = options.labels ?? metadata.labels;
    if (labels) this.labels = labels;
    this.layers = network.nodes.map((node) => layerInfo(network, node, mirrors));
  }

  /** The size that pictures are brought to, in pixels; null where the model takes any size, or no pictures. */
  get inputSize(): { readonly width: number; readonly height: number } | null {
    const { width, height } = this.#layout;
    return width === null || height === null ? null : { width, height };
  }

  /** The input format in a line, for people. */
  describeInput(): string {
    return takesPictures(this.#layout) ? describeInputFormat(this.inputFormat) : noPictures(this.#layout);
  }

  /**
   * Makes a picture of any size what the model takes, `[1, ...input]`, float32. The caller disposes it.
   *
   * Transparent pixels are put on white; a colour picture becomes grey for a model with one channel.
   *
   * @throws DeconvnetError `input-unknown`, `shape-mismatch`, `unsupported-option`.
   */
  toInput(picture: PictureSource): tf.Tensor {
    return encodePicture(picture, this.inputFormat, this.#layout);
  }

  /**
   * Turns model input, or a part of it (`[height, width, channels]`, a leading axis of 1 is accepted), back into a
   * picture in its own colours. The tensor stays the caller's.
   *
   * @throws DeconvnetError `input-unknown`, `shape-mismatch`.
   */
  async toPicture(input: tf.Tensor): Promise<Picture> {
    const { channels, channelsFirst } = this.#layout;
    if (!isTensor(input)) {
      throw new DeconvnetError(
        'shape-mismatch',
        `toPicture takes model input, a tensor such as toInput makes; this is ${describeValue(input)}.`,
      );
    }
    if (input.isDisposed) {
      throw new DeconvnetError('disposed', `The tensor shaped [${input.shape}] has been disposed.`);
    }
    const shape = input.rank === 4 && input.shape[0] === 1 ? input.shape.slice(1) : input.shape;
    const [height, width] = channelsFirst ? shape.slice(1) : shape;
    const given = channelsFirst ? shape[0] : shape[2];
    if (shape.length !== 3 || given !== channels || (channels !== 1 && channels !== 3)) {
      throw new DeconvnetError(
        'shape-mismatch',
        `A picture can be made of model input with 1 or 3 channels, shaped ${channelsFirst ? '[channels, height, width]' : '[height, width, channels]'}; this is [${input.shape}] for a model of ${channels} channels.`,
      );
    }
    const cells = tf.tidy(() => {
      const picture = tf.reshape(input, shape);
      return channelsFirst ? tf.transpose(picture, [1, 2, 0]) : tf.clone(picture);
    });
    try {
      return this.decode(await cells.data(), { height: height!, width: width! });
    } finally {
      cells.dispose();
    }
  }

  /**
   * Values of model input, channels last, as a picture in its own colours.
   *
   * @internal
   */
  decode(values: ArrayLike<number>, size: { readonly height: number; readonly width: number }): Picture {
    return decodePixels(values, { ...size, channels: this.#layout.channels }, this.inputFormat);
  }

  /**
   * What the convnet computed in a layer: its output for one image, without the batch axis. The caller disposes it.
   *
   * @param image one input; a leading axis of 1 is accepted
   * @throws DeconvnetError `unknown-layer`, `shape-mismatch`, `not-finite`, `disposed`, `inside-tidy`.
   */
  async activations(image: ModelInput, layer: string): Promise<tf.Tensor> {
    const { engine } = this;
    engine.assertUsable();
    const node = findNode(engine.network, layer);
    return this.#withInput(image, { batch: false }, async (inputs) => {
      await engine.checkWeights([node]);
      engine.assertUsable();
      const options = { targets: [node], record: false, atLogits: false, plain: true };
      return tf.tidy(() =>
        tf.squeeze(ascend(engine.network, engine.mirrors, inputs, options).outputs[node.index]!, [0]),
      );
    });
  }

  /**
   * Which feature maps to look at: those with the largest activation on an image, strongest first, each with the
   * place of that activation. After a ReLU, feature maps that are zero everywhere are left out.
   *
   * @param options the layer, and `top`: how many at most, 9 by default
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
    checkValue(isCount(top, 1), 'top is how many feature maps to name, 1 or more', top);
    const ranked = await this.#withInput(image, { batch: false }, (inputs) => rankMaps(this.engine, inputs, node));
    return ranked.slice(0, top).map((map) => ({ layer: node.name, ...map }));
  }

  /**
   * Projects activations of one image back to its pixels (section 2.1 of the paper). Several selections share one way
   * up. The projections belong to the caller, who disposes each.
   *
   * @param image one input, `[height, width, channels]`; a leading axis of 1 is accepted. For a model with several inputs:
   * a list of them in order, or an object by the names of the input layers
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
   * Projects the same selection, or several, for each image of a batch `[batch, ...input]`: all selections of the
   * first image, then of the second ... The projections belong to the caller, who disposes each.
   *
   * @throws DeconvnetError as `project`.
   */
  async projectBatch(batch: ModelInput, selection: Selection | readonly Selection[]): Promise<Projection[]> {
    return this.#project(batch, isList(selection) ? selection : [selection], { batch: true });
  }

  /** Frees what was prepared for the way down; the model and all projections stay. A second call does nothing. */
  dispose(): void {
    this.engine.dispose();
  }

  /** For `using deconvnet = ...`. */
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

function isTensor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

function layoutOf({ outputShape, channelAxis }: NetworkNode): InputLayout {
  const channels = outputShape[channelAxis] ?? 0;
  const channelsFirst = outputShape.length === 4 && channelAxis === 1;
  // Only height, width and channels make a picture.
  const shape = outputShape.slice(1);
  if (outputShape.length !== 4) return { height: null, width: null, channels, channelsFirst, isPicture: false, shape };
  const [height, width] = channelsFirst ? outputShape.slice(2) : outputShape.slice(1);
  return { height: height ?? null, width: width ?? null, channels, channelsFirst, isPicture: true, shape };
}
