import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkKeys, checkValue } from '../../errors/check-options.js';
import {
  checkItem,
  disposeImage,
  type ImageSource,
  isImageSource,
  pull,
  type SourceItem,
  sizeOf,
} from '../../mine/image-source.js';
import { checkSameSize } from '../../mine/stack-images.js';
import { featureMapsOf, findNode, type NetworkNode } from '../../network/network.js';
import { checkPixels, readInputs } from '../../project/read-input.js';
import { probabilitiesOf, readProbabilities } from '../kit/class-scores.js';
import { readOutputsAndKeep } from '../kit/read-outputs.js';
import { BATCH_SIZE, checkSeed, checkStudy, type StudyOptions } from '../kit/study-options.js';
import { mostProbable } from '../kit/watched-class.js';
import { type Ablated, drawAblations } from './draw-ablations.js';
import { namedClasses, noKnownPictures } from './named-classes.js';
import { resolveAblations } from './resolve-ablations.js';

/** What is set to zero. */
export interface AblationOptions extends StudyOptions {
  /** The name of the layer whose feature maps are set to zero. */
  readonly layer: string;
  /** The feature maps that are set to zero one at a time. Default: all of the layer. An empty list leaves them out. */
  readonly featureMaps?: readonly number[];
  /** Which shares of the feature maps are set to zero together, drawn at random. Default: 0.25, 0.5, 0.75. */
  readonly shares?: readonly number[];
  /** How many draws there are for each share. Default: 5. */
  readonly draws?: number;
  /** A whole number that decides which feature maps are drawn. Default: 0. */
  readonly seed?: number;
}

/** How many pictures a network tells apart with some of its feature maps set to zero. */
export interface Ablation {
  readonly layer: string;
  /** The names of the classes, in the order of the outputs. */
  readonly labels: readonly string[];
  /** How many pictures of each class there were. Those of classes that share a name are counted at the first of them. */
  readonly pictures: readonly number[];
  /** How many of each class the network gets right as it is. */
  readonly correct: readonly number[];
  /** What was set to zero, and what became of it: all feature maps, then each one alone, then random shares. */
  readonly ablations: readonly (Ablated & {
    /** How many pictures of each class the network gets right without these feature maps. */
    readonly correct: readonly number[];
  })[];
  /** How many pictures were left out because their class is not one of the network. */
  readonly strangers: number;
  readonly seed: number;
}

/**
 * Sets feature maps of a layer to zero, and counts how many pictures of each class the network still gets right: all of
 * the layer's feature maps, each one alone, and random shares of them. It tells which feature maps matter for which class.
 *
 * An answer is right if its class has the name that the picture is labelled with. Several classes can have one name, such as
 * the two classes "crane" of ImageNet: then each of them is right.
 *
 * In Table 3 of the paper whole layers are removed and the network is trained again. Here it is not, so that a large drop
 * says that the network as it is relies on the feature maps, and not that it could not do without them.
 *
 * @param images pictures with their classes as `label`; the images are disposed
 * @returns counts, from which accuracies follow: `correct[i] / pictures[i]`
 * @example
 * ```ts
 * import type { Deconvnet, ImageSource } from 'deconvnet';
 * import { ablation } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, images: ImageSource) => {
 *   const { ablations, correct } = await ablation(deconvnet, images, { layer: 'conv5', shares: [0.5] });
 *   const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
 *   for (const one of ablations) console.log(one.what, one.featureMaps, total(one.correct) - total(correct));
 * };
 * ```
 * @throws DeconvnetError `unknown-layer`, `unsupported-option` if the network has no classes with names, `empty-source`,
 * `feature-map-out-of-range`, `invalid-option`, `shape-mismatch`, `not-finite`, `disposed`, `inside-tidy`; the reason of
 * the signal if that was aborted.
 */
export async function ablation(deconvnet: Deconvnet, images: ImageSource, options: AblationOptions): Promise<Ablation> {
  checkDeconvnet('ablation', deconvnet);
  deconvnet.engine.assertUsable();
  const names = ['layer', 'featureMaps', 'shares', 'draws', 'seed', 'batchSize', 'onProgress', 'signal'] as const;
  checkKeys('ablation', options, names);
  checkStudy(options);
  const { batchSize = BATCH_SIZE, seed = 0 } = options;
  checkSeed(seed);
  checkValue(isImageSource(images), 'images is a source of pictures: an iterable of { id, image, label }', images);
  const node = findNode(deconvnet.engine.network, options.layer);
  const output = namedClasses(deconvnet);
  const ablations = drawAblations(resolveAblations(node, options), featureMapsOf(node), seed);
  const counts = new Counts(output.labels, ablations.length);
  const pictures = sizeOf(images);
  let done = 0;
  const tell = (run: number): void => {
    done += run;
    const total = pictures !== undefined && { total: pictures * (1 + ablations.length) };
    options.onProgress?.({ done, ...total });
  };
  for await (const batch of batches(images, batchSize, options.signal)) {
    const known = batch.filter(({ label }) => counts.classOf(label) >= 0);
    counts.strangers += batch.length - known.length;
    if (known.length === 0) continue;
    const labels = known.map(({ label }) => counts.classOf(label));
    const inputs = await stacked(deconvnet, known);
    let own: tf.Tensor | undefined;
    try {
      const asItIs = await readOutputsAndKeep(deconvnet, inputs, [output.node], node);
      own = asItIs.kept;
      counts.add(-1, labels, probabilitiesOf(output, asItIs.outputs[0]!));
      tell(known.length);
      for (const [i, { featureMaps }] of ablations.entries()) {
        options.signal?.throwIfAborted();
        const left = without(own, node, featureMaps);
        try {
          counts.add(i, labels, await readProbabilities(deconvnet, output, inputs, new Map([[node.index, left]])));
        } finally {
          left.dispose();
        }
        tell(known.length);
      }
    } finally {
      tf.dispose([...inputs, ...(own ? [own] : [])]);
    }
  }
  if (counts.pictures.every((count) => count === 0)) throw noKnownPictures(counts.strangers, output.labels);
  return {
    ...{ layer: node.name, labels: output.labels, seed, strangers: counts.strangers },
    ...{ pictures: counts.pictures, correct: counts.correct },
    ablations: ablations.map((one, i) => ({ ...one, correct: counts.ablated[i]! })),
  };
}

/** Counts of pictures by class. */
class Counts {
  readonly pictures: number[];
  readonly correct: number[];
  readonly ablated: readonly number[][];
  strangers = 0;
  readonly #labels: readonly string[];

  constructor(labels: readonly string[], ablations: number) {
    const zeros = (): number[] => labels.map(() => 0);
    this.#labels = labels;
    this.pictures = zeros();
    this.correct = zeros();
    this.ablated = Array.from({ length: ablations }, zeros);
  }

  /** The first class with a name; -1 if the network has none. */
  classOf(label: string | undefined): number {
    return label === undefined ? -1 : this.#labels.indexOf(label);
  }

  /** Counts the answers of one batch, for an ablation, or for the network as it is (-1). */
  add(ablation: number, labels: readonly number[], probabilities: readonly (readonly number[])[]): void {
    const correct = ablation < 0 ? this.correct : this.ablated[ablation]!;
    for (const [row, label] of labels.entries()) {
      if (ablation < 0) this.pictures[label]!++;
      const answer = mostProbable(probabilities[row]!);
      if (this.#labels[answer] === this.#labels[label]) correct[label]!++;
    }
  }
}

/** A layer's output with some of its feature maps set to zero. The caller disposes it. */
function without(output: tf.Tensor, { channelAxis }: NetworkNode, featureMaps: readonly number[]): tf.Tensor {
  const kept = new Float32Array(output.shape[channelAxis]!).fill(1);
  for (const map of featureMaps) kept[map] = 0;
  const shape = output.shape.map((size, axis) => (axis === channelAxis ? size : 1));
  return tf.tidy(() => tf.mul(output, tf.tensor(kept, shape)));
}

/** Items of a source, several at a time. Their images are disposed when the next ones are asked for. */
async function* batches(
  images: ImageSource,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceItem[], void, undefined> {
  let batch: SourceItem[] = [];
  try {
    for await (const item of pull(images)) {
      batch.push(checkItem(item));
      signal?.throwIfAborted();
      if (batch.length < size) continue;
      yield batch;
      for (const one of batch) disposeImage(one);
      batch = [];
    }
    signal?.throwIfAborted();
    if (batch.length > 0) yield batch;
  } finally {
    for (const one of batch) disposeImage(one);
  }
}

/** The images of some items as one batch. The caller disposes it. */
async function stacked({ engine }: Deconvnet, items: readonly SourceItem[]): Promise<tf.Tensor[]> {
  const inputs = tf.tidy(() => {
    const each = items.map(({ image }) => readInputs(engine.network, image, { batch: false }));
    return each[0]!.map((_, i) => {
      const images = each.map((image) => image[i]!);
      checkSameSize(items, images);
      return tf.concat(images);
    });
  });
  try {
    await checkPixels(inputs, (row) => `The image '${items[row]!.id}'`);
    return inputs;
  } catch (error) {
    tf.dispose(inputs);
    throw error;
  }
}
