import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkKeys } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import { findNode, type NetworkNode } from '../../network/network.js';
import { checkFeatureMap } from '../../project/selection.js';
import { checkPicture } from '../kit/check-picture.js';
import { type ClassOutput, classOutputOf, probabilitiesOf } from '../kit/class-scores.js';
import { type Box, coveredCopies } from '../kit/covered-copies.js';
import { checkFill, type Fill, fillTensor } from '../kit/fill.js';
import { type PictureInput, readPictureInput } from '../kit/picture-input.js';
import { readOutputs } from '../kit/read-outputs.js';
import { BATCH_SIZE, checkStudy, type StudyOptions } from '../kit/study-options.js';
import { usualLayers } from '../kit/usual-layers.js';
import { mostProbable, type WatchedClass, watchedClass } from '../kit/watched-class.js';
import { FeatureMapCells } from './feature-map-cells.js';
import { type SquareGrid, squareGrid, squareOf } from './squares.js';

/** How a square slides over a picture, and what is watched meanwhile. */
export interface OcclusionOptions extends StudyOptions {
  /** The name of the layer whose feature map is watched. Default: the last of `defaultLayers`. */
  readonly layer?: string;
  /** The number of the feature map. Default: the one that is strongest on the uncovered picture. */
  readonly featureMap?: number;
  /** The side of the square in pixels of the input. Default: two ninths of the picture's shorter side, as 50 of 224. */
  readonly size?: number;
  /** The distance between two places of the square in pixels. Default: the shorter side divided by 28, rounded. */
  readonly stride?: number;
  /** What the square is filled with. Default: `grey`. */
  readonly fill?: Fill;
}

/** What a square that slides over a picture changes. All maps have one value for each place of the square, row by row. */
export interface Occlusion {
  /** The picture's id. */
  readonly id: string;
  readonly layer: string;
  readonly featureMap: number;
  /** The height and the width of the picture in pixels. */
  readonly extent: readonly [height: number, width: number];
  /** The side of the square, and the distance between two places, in pixels. */
  readonly size: number;
  readonly stride: number;
  readonly fill: Fill;
  /** The number of places from top to bottom, and from left to right. */
  readonly rows: number;
  readonly columns: number;
  /** The pixels that the square covers at each place. At the border of the picture it is cut off. */
  readonly squares: readonly Box[];
  /** The sum of the feature map's activations, in units of the activation (b in Figure 7). */
  readonly activity: Float32Array;
  /** The same sum for the uncovered picture. */
  readonly cleanActivity: number;
  /**
   * The largest change of an activation whose receptive field does not touch the square. It is 0 where a backend computes
   * an image the same in every batch; NaN if the square touches the receptive field of every activation at every
   * place.
   */
  readonly untouched: number;
  /** What becomes of the answer; undefined if the network has no classes. */
  readonly classes?: OccludedClasses;
}

/** The answers of a network to a picture with a covered square. */
export interface OccludedClasses extends WatchedClass {
  /** The probability of that class (d in Figure 7), and that for the uncovered picture. */
  readonly probability: Float32Array;
  readonly cleanProbability: number;
  /** The index of the most probable class (e in Figure 7), and that for the uncovered picture. */
  readonly best: Int32Array;
  readonly cleanBest: number;
}

/**
 * Slides a square over a picture, and records what each place of it changes (section 4.2, *Occlusion Sensitivity*, and
 * Figure 7 of the paper): the activity of one feature map, the probability of the picture's class, and the most probable
 * class. Where the activity drops, the pixels matter to the feature map. Where the probability drops, they matter to the
 * answer.
 *
 * @param item the picture: an id, the input tensor, and its class if it is known. The tensor stays the caller's
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import type { Deconvnet } from 'deconvnet';
 * import { occlusion } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, image: Tensor) => {
 *   const { activity, cleanActivity } = await occlusion(deconvnet, { id: 'dog.jpg', image }, { layer: 'conv5' });
 *   console.log(`at least ${Math.min(...activity) / cleanActivity} of the activity is left`);
 * };
 * ```
 * @throws DeconvnetError `unknown-layer`, `feature-map-out-of-range`, `shape-mismatch`, `not-finite`, `input-unknown`,
 * `invalid-option`, `unsupported-option`, `disposed`, `inside-tidy`; the reason of the signal if that was aborted.
 */
export async function occlusion(
  deconvnet: Deconvnet,
  item: SourceItem,
  options: OcclusionOptions = {},
): Promise<Occlusion> {
  checkDeconvnet('occlusion', deconvnet);
  deconvnet.engine.assertUsable();
  const names = ['layer', 'featureMap', 'size', 'stride', 'fill', 'batchSize', 'onProgress', 'signal'] as const;
  checkKeys('occlusion', options, names);
  checkStudy(options);
  const { id, image, label } = checkPicture('occlusion', item);
  const { fill = 'grey', batchSize = BATCH_SIZE } = options;
  checkFill(fill);
  const node = findNode(deconvnet.engine.network, options.layer ?? usualLayers(deconvnet, 'layer').at(-1)!);
  const picture = await readPictureInput('occlusion', deconvnet, image, id);
  let colour: tf.Tensor | undefined;
  try {
    const { size, stride } = squareOf(picture, options);
    const featureMap = options.featureMap ?? (await strongestMap(deconvnet, picture, node, id));
    checkFeatureMap(node, featureMap);
    colour = fillTensor(deconvnet, fill, picture);
    const grid = squareGrid(picture, { size, stride });
    const output = classOutputOf(deconvnet);
    const watched = { picture, node, featureMap, output, colour, grid };
    const found = await slide(deconvnet, watched, { ...options, batchSize });
    return {
      ...{ id, layer: node.name, featureMap, extent: [picture.height, picture.width] },
      ...{ size, stride, fill, ...grid },
      ...{ activity: found.activity, cleanActivity: found.cleanActivity, untouched: found.untouched },
      ...(output && { classes: classesOf(found, output, label) }),
    };
  } finally {
    tf.dispose([picture.tensor, ...(colour ? [colour] : [])]);
  }
}

/** What is run, and what is watched. */
interface Watched {
  readonly picture: PictureInput;
  readonly node: NetworkNode;
  readonly featureMap: number;
  readonly output: ClassOutput | undefined;
  readonly colour: tf.Tensor;
  readonly grid: SquareGrid;
}

/** What was found, place by place. */
interface Found {
  readonly activity: Float32Array;
  readonly cleanActivity: number;
  readonly untouched: number;
  readonly cleanProbabilities: readonly number[] | undefined;
  readonly probabilities: readonly (readonly number[])[];
}

/** Runs the uncovered picture and all covered copies. */
async function slide(
  deconvnet: Deconvnet,
  { picture, node, featureMap, output, colour, grid }: Watched,
  { batchSize, onProgress, signal }: StudyOptions & { readonly batchSize: number },
): Promise<Found> {
  const nodes = [...new Set([node, ...(output ? [output.node] : [])])];
  const total = grid.squares.length + 1;
  const read = async (batch: tf.Tensor) => {
    signal?.throwIfAborted();
    const outputs = await readOutputs(deconvnet, [batch], nodes);
    return { layer: outputs[0]!, scores: output && probabilitiesOf(output, outputs.at(-1)!) };
  };
  const clean = await read(picture.tensor);
  const cells = new FeatureMapCells(deconvnet, node, featureMap, clean.layer);
  const activity = new Float32Array(grid.squares.length);
  const probabilities: (readonly number[])[] = [];
  let untouched = Number.NaN;
  for (let first = 0; first < grid.squares.length; first += batchSize) {
    onProgress?.({ done: first + 1, total });
    const squares = grid.squares.slice(first, first + batchSize);
    const batch = coveredCopies(picture, squares, colour);
    try {
      const { layer, scores } = await read(batch);
      for (const [row, square] of squares.entries()) {
        activity[first + row] = cells.sum(layer, row);
        const change = cells.changeOutside(layer, row, square);
        if (!Number.isNaN(change)) untouched = Number.isNaN(untouched) ? change : Math.max(untouched, change);
      }
      probabilities.push(...(scores ?? []));
    } finally {
      batch.dispose();
    }
  }
  signal?.throwIfAborted();
  onProgress?.({ done: total, total });
  const cleanActivity = cells.sum(clean.layer, 0);
  return { activity, cleanActivity, untouched, cleanProbabilities: clean.scores?.[0], probabilities };
}

function classesOf(
  { probabilities, cleanProbabilities }: Found,
  output: ClassOutput,
  label: string | undefined,
): OccludedClasses {
  const watched = watchedClass(output, cleanProbabilities!, label);
  return {
    ...watched,
    probability: Float32Array.from(probabilities, (scores) => scores[watched.index]!),
    cleanProbability: cleanProbabilities![watched.index]!,
    best: Int32Array.from(probabilities, mostProbable),
    cleanBest: mostProbable(cleanProbabilities!),
  };
}

async function strongestMap(
  deconvnet: Deconvnet,
  picture: PictureInput,
  { name }: NetworkNode,
  id: string,
): Promise<number> {
  const [strongest] = await deconvnet.strongest(picture.tensor, { layer: name, top: 1 });
  if (strongest) return strongest.featureMap;
  throw new DeconvnetError(
    'invalid-option',
    `No feature map of layer '${name}' fires on the picture '${id}'. Therefore none of them is the strongest.`,
    { layer: name, advice: { about: 'choose-map', text: 'Name one with featureMap, or choose another layer.' } },
  );
}
