import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { checkDeconvnet } from '../errors/check-deconvnet.js';
import { checkKeys, checkValue, isCount } from '../errors/check-options.js';
import type { Picture } from '../input/picture.js';
import { findNode } from '../network/network.js';
import type { ModelInput } from '../project/read-input.js';
import { sequentialColour } from './colour-map.js';
import { type ContrastOptions, checkContrast, clippedShare, contrasted, scaleOfValues } from './contrast.js';
import { drawValues } from './draw-values.js';
import { montage } from './montage.js';
import { drawnSize, resizeGrid } from './resize-grid.js';
import { stackPictures } from './stack-pictures.js';
import { gridSize, type ValueGrid } from './value-grid.js';

/** Which feature maps are drawn, and how they are laid out. */
export interface ActivationDrawingOptions extends ContrastOptions {
  /** The name of a layer. */
  readonly layer: string;
  /** How many feature maps to draw at most. Default: 64. */
  readonly top?: number;
  /**
   * How many feature maps lie side by side, if they have two spatial axes or none. Default: the square root of their
   * number, rounded up.
   */
  readonly columns?: number;
  /**
   * The longer side of the drawing of a feature map, in pixels: a larger one is shrunk, and a smaller one is enlarged by
   * the largest whole factor that fits. Default: the size of a feature map, times the smallest whole number that makes it
   * at least 64.
   */
  readonly tile?: number;
  /** The distance between two feature maps, in pixels. Default: 2. */
  readonly gap?: number;
}

/** A drawing of feature maps. */
export interface DrawnActivations {
  readonly picture: Picture;
  /** The numbers of the feature maps, in the order in which they are drawn: row by row, strongest first. */
  readonly featureMaps: readonly number[];
  /** The absolute value that is drawn in the brightest colour; 0 if all values are zero. */
  readonly scale: number;
  /** The share of the drawn values that are not zero whose absolute value is beyond the scale, from 0 to 1. */
  readonly clipped: number;
}

/** The height of a feature map with one spatial axis, in pixels. */
const ROW = 8;

/**
 * Draws the feature maps of a layer for one image, the strongest first: what the convnet computes there. All have one
 * scale. If no value is negative, zero is the darkest colour and the scale the brightest one, on a colour map whose
 * lightness rises evenly. If there are negative values, zero is mid-grey, as in projections.
 *
 * After a ReLU, feature maps that are zero everywhere are left out, unless all of them are. Feature maps with one spatial
 * axis are rows below each other, and units of a dense layer are squares.
 *
 * @param image one input, `[height, width, channels]`; a leading axis of 1 is accepted. It stays the caller's
 * @throws DeconvnetError `unknown-layer`, `invalid-option`, `shape-mismatch`, `not-finite`, `disposed`, `inside-tidy`;
 * `unsupported-option` if the layer has more than two spatial axes.
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import { type Deconvnet, renderActivations } from 'deconvnet';
 *
 * const draw = async (deconvnet: Deconvnet, image: Tensor) => {
 *   const { picture, featureMaps } = await renderActivations(deconvnet, image, { layer: 'conv2', top: 16, columns: 4 });
 *   console.log(`${picture.width}x${picture.height} pixels; feature map ${featureMaps[0]} is the strongest`);
 * };
 * ```
 */
export async function renderActivations(
  deconvnet: Deconvnet,
  image: ModelInput,
  options: ActivationDrawingOptions,
): Promise<DrawnActivations> {
  checkDeconvnet('renderActivations', deconvnet);
  checkKeys('renderActivations', options, ['layer', 'top', 'columns', 'tile', 'gap', 'contrast', 'gamma']);
  const { layer, top = 64, columns, tile, gap } = options;
  const { percentile, gamma } = checkContrast(options);
  checkValue(isCount(top, 1), 'top is how many feature maps to draw, 1 or more', top);
  checkValue(tile === undefined || isCount(tile, 1), 'tile is a whole number of pixels, 1 or more', tile);
  const all = await readActivations(deconvnet, image, layer);
  const ranked = await deconvnet.strongest(image, { layer, top });
  const featureMaps =
    ranked.length > 0
      ? ranked.map(({ featureMap }) => featureMap)
      : Array.from({ length: Math.min(top, all.channels) }, (_, map) => map);

  const { isRow, height, width } = all;
  const side = Math.max(width, height);
  const drawn = drawnSize(all, tile ?? side * Math.ceil(64 / side));
  const grids = featureMaps.map((map) => resizeGrid(channelOf(all, map), isRow ? { ...drawn, height: ROW } : drawn));
  const values = grids.map((grid) => grid.values);
  const scale = scaleOfValues(values, percentile);
  const signed = values.some((list) => Array.from(list).some((value) => value < 0));
  const pictures = grids.map((grid) =>
    signed ? drawValues(grid, { scale, gamma, order: 'rgb' }) : drawPositive(grid, scale, gamma),
  );
  const layout = { ...(columns !== undefined && { columns }), ...(gap !== undefined && { gap }) };
  const picture = isRow
    ? stackPictures(pictures)
    : montage(pictures, { tile: Math.max(drawn.width, drawn.height), ...layout });
  return { picture, featureMaps, scale, clipped: clippedShare(values, scale) };
}

/** Reads what a layer computes for an image. A unit of a dense layer is a picture of one pixel. */
async function readActivations(
  deconvnet: Deconvnet,
  image: ModelInput,
  layer: string,
): Promise<ValueGrid & { readonly isRow: boolean }> {
  const activations = await deconvnet.activations(image, layer);
  const channelAxis = findNode(deconvnet.engine.network, layer).channelAxis - 1;
  const order = activations.shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis);
  const moved = tf.tidy(() => tf.transpose(activations, [...order, channelAxis]));
  activations.dispose();
  try {
    const { rank, shape } = moved;
    const size = rank === 1 ? { height: 1, width: 1, channels: shape[0]! } : gridSize(shape, rank - 1);
    return { ...size, values: await moved.data(), isRow: rank === 2 };
  } finally {
    moved.dispose();
  }
}

function channelOf({ values, height, width, channels }: ValueGrid, channel: number): ValueGrid {
  const own = Float32Array.from({ length: height * width }, (_, cell) => values[cell * channels + channel]!);
  return { values: own, height, width, channels: 1 };
}

/** Draws values of which none is negative, by the colour map. */
function drawPositive({ values, height, width }: ValueGrid, scale: number, gamma: number): Picture {
  const data = new Uint8ClampedArray(height * width * 4);
  for (let cell = 0; cell < height * width; cell++) {
    data.set([...sequentialColour(contrasted(values[cell]!, scale, gamma)), 255], cell * 4);
  }
  return { width, height, data };
}
