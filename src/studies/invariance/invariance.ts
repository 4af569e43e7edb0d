import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkKeys } from '../../errors/check-options.js';
import type { SourceItem } from '../../mine/image-source.js';
import { checkPicture } from '../kit/check-picture.js';
import { classOutputOf, probabilitiesOf } from '../kit/class-scores.js';
import { checkFill, type Fill } from '../kit/fill.js';
import { readPictureInput } from '../kit/picture-input.js';
import { type LayerOutput, readOutputs } from '../kit/read-outputs.js';
import { BATCH_SIZE, checkStudy, type StudyOptions } from '../kit/study-options.js';
import { type WatchedClass, watchedClass } from '../kit/watched-class.js';
import { comparedLayers } from './compared-layers.js';
import { distanceOf, lengthOf } from './distance.js';
import type { Transformation } from './move-picture.js';
import { moverOf } from './moved-copies.js';
import { checkSteps, checkTransformation, paperSteps } from './steps.js';

/** How a picture is moved, and what is compared. */
export interface InvarianceOptions extends StudyOptions {
  /** How the picture is moved: `translation`, `scale` or `rotation`. */
  readonly transformation: Transformation;
  /**
   * How far, for each step: pixels downwards, the factor by which the picture is enlarged, or degrees anticlockwise. By
   * default the ranges of the paper: 21 steps from -60 to 60 pixels for a height of 224, and as far in proportion for
   * others; 17 from 1 to 1.8; 36 from 0 to 350.
   */
  readonly steps?: readonly number[];
  /**
   * The names of the layers whose outputs are compared. Default: the first of `defaultLayers`, and the layer that the classes
   * are computed from, or in a network without classes the last of `defaultLayers`.
   */
  readonly layers?: readonly string[];
  /** What comes in from outside of the picture. Default: `grey`. */
  readonly fill?: Fill;
}

/** How the outputs of layers change when a picture is moved. */
export interface Invariance {
  /** The picture's id. */
  readonly id: string;
  readonly transformation: Transformation;
  /** How far the picture was moved, in pixels, times or degrees. */
  readonly steps: readonly number[];
  readonly fill: Fill;
  readonly layers: readonly LayerInvariance[];
  /** The class that was watched, and its probability for each step; undefined if the network has no classes. */
  readonly classes?: WatchedClass & { readonly probability: readonly number[]; readonly cleanProbability: number };
}

/** How far the output of a layer is from that for the picture as it is. */
export interface LayerInvariance {
  readonly layer: string;
  /** The Euclidean distance of the two outputs for each step, in units of the activation. */
  readonly distances: readonly number[];
  /** The Euclidean length of the output for the picture as it is. */
  readonly length: number;
}

/**
 * Moves a picture step by step, and measures how far the outputs of layers go from those of the picture as it is (section
 * 4, *Feature Invariance*, and Figure 5 of the paper), and what becomes of the probability of its class. A layer whose
 * curve is flat does not see the movement.
 *
 * @param item the picture: an id, the input tensor, and its class if it is known. The tensor stays the caller's
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import type { Deconvnet } from 'deconvnet';
 * import { invariance } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, image: Tensor) => {
 *   const { steps, layers } = await invariance(deconvnet, { id: 'dog.jpg', image }, { transformation: 'rotation' });
 *   for (const { layer, distances } of layers) console.log(layer, `at ${steps[9]} degrees: ${distances[9]}`);
 * };
 * ```
 * @throws DeconvnetError `unknown-layer`, `shape-mismatch`, `not-finite`, `input-unknown`, `invalid-option`,
 * `unsupported-option`, `disposed`, `inside-tidy`; the reason of the signal if that was aborted.
 */
export async function invariance(
  deconvnet: Deconvnet,
  item: SourceItem,
  options: InvarianceOptions,
): Promise<Invariance> {
  checkDeconvnet('invariance', deconvnet);
  deconvnet.engine.assertUsable();
  const names = ['transformation', 'steps', 'layers', 'fill', 'batchSize', 'onProgress', 'signal'] as const;
  checkKeys('invariance', options, names);
  checkStudy(options);
  const { id, image, label } = checkPicture('invariance', item);
  const { transformation, fill = 'grey', batchSize = BATCH_SIZE, onProgress, signal } = options;
  checkTransformation(transformation);
  checkFill(fill);
  const nodes = comparedLayers(deconvnet, options.layers);
  const output = classOutputOf(deconvnet);
  const picture = await readPictureInput('invariance', deconvnet, image, id);
  try {
    const steps = options.steps ?? paperSteps(transformation, picture.height);
    checkSteps(transformation, steps);
    const targets = [...new Set([...nodes, ...(output ? [output.node] : [])])];
    const read = (batch: tf.Tensor): Promise<LayerOutput[]> => readOutputs(deconvnet, [batch], targets);
    const clean = await read(picture.tensor);
    const total = steps.length + 1;
    const distances: number[][] = nodes.map(() => []);
    const scores: number[][] = [];
    const mover = await moverOf(deconvnet, picture, fill);
    for (let first = 0; first < steps.length; first += batchSize) {
      signal?.throwIfAborted();
      onProgress?.({ done: first + 1, total });
      const chunk = steps.slice(first, first + batchSize);
      const batch = mover(transformation, chunk);
      try {
        const outputs = await read(batch);
        for (const [i] of nodes.entries()) {
          for (const row of chunk.keys()) distances[i]!.push(distanceOf(outputs[i]!, row, clean[i]!));
        }
        if (output) scores.push(...probabilitiesOf(output, outputs[targets.indexOf(output.node)]!));
      } finally {
        batch.dispose();
      }
    }
    signal?.throwIfAborted();
    onProgress?.({ done: total, total });
    const cleanScores = output && probabilitiesOf(output, clean[targets.indexOf(output.node)]!)[0]!;
    const watched = output && watchedClass(output, cleanScores!, label);
    return {
      ...{ id, transformation, steps: [...steps], fill },
      layers: nodes.map(({ name }, i) => ({ layer: name, distances: distances[i]!, length: lengthOf(clean[i]!) })),
      ...(watched && {
        classes: {
          ...watched,
          probability: scores.map((all) => all[watched.index]!),
          cleanProbability: cleanScores![watched.index]!,
        },
      }),
    };
  } finally {
    picture.tensor.dispose();
  }
}
