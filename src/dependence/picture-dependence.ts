// Stage: after `deconvnet.ts`. `dependence/` measures how much projections depend on the picture.
// In: a Deconvnet, a few images, and the names of layers.
// Out: a number for each layer, and the rule that suits the network (`choose-rule.ts`).

import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { checkDeconvnet } from '../errors/check-deconvnet.js';
import { checkKeys, checkSignal, checkValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { extentOf, featureMapsOf, findNode } from '../network/network.js';
import { projectRequests } from '../project/project-requests.js';
import { checkPixels, type ModelInput, readInputs } from '../project/read-input.js';
import { positionAt } from '../regions/position.js';
import { cellCount } from '../regions/region.js';
import { drawNumbers } from '../tensors/draw-numbers.js';
import { randomSource } from '../tensors/random-source.js';
import { tidied } from '../tensors/tidied.js';
import { meanCosines } from './mean-cosine.js';

/** What is measured, and how much of it. */
export interface PictureDependenceOptions {
  /** The name of the layer. */
  readonly layer: string;
  /** How many feature maps are drawn. Default: 4, or all of them if the layer has fewer. */
  readonly maps?: number;
  /** How many positions are drawn, the same for all maps and images. Default: 1. */
  readonly positions?: number;
  /** A whole number that decides which maps and positions are drawn. Default: 0. */
  readonly seed?: number;
  /** Stops between two positions. */
  readonly signal?: AbortSignal;
}

/**
 * Measures how much the projections of a layer depend on the picture, under the rule of the Deconvnet: the mean cosine
 * similarity of projections of the same feature map from the same position in different images.
 *
 * **1 means that projections do not depend on the picture at all**: they show the weights of the network and nothing of
 * the image. This is so under the rule `deconvnet` for a network without max pooling. The smaller the number is, the
 * more a projection says about its image; around 0 the projections of two images have nothing in common. The smallest
 * possible value is -1.
 *
 * Feature maps and positions are drawn from `seed`, so equal arguments give the same number. Each seed is 1, whatever the
 * activation is. Projections that are zero everywhere are left out. The cost is that of `maps * positions` projections
 * for each image.
 *
 * @param images two or more images of the same shape, each one as `project` takes it; they stay the caller's. Three or
 * four are enough
 * @returns the mean over all pairs of images, feature maps and positions, from -1 to 1; NaN if fewer than two projections
 * of each feature map are not zero
 * @throws DeconvnetError `unknown-layer`, `unsupported-layer`, `shape-mismatch`, `not-finite`, `invalid-option`,
 * `disposed`, `inside-tidy`; the reason of the signal if that was aborted.
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import { type Deconvnet, pictureDependence } from 'deconvnet';
 *
 * const showsWeightsOnly = async (deconvnet: Deconvnet, images: Tensor[], layer: string) =>
 *   (await pictureDependence(deconvnet, images, { layer })) > 0.9;
 * ```
 */
export async function pictureDependence(
  deconvnet: Deconvnet,
  images: readonly ModelInput[],
  options: PictureDependenceOptions,
): Promise<number> {
  checkDeconvnet('pictureDependence', deconvnet);
  const { engine } = deconvnet;
  engine.assertUsable();
  checkKeys('pictureDependence', options, ['layer', 'maps', 'positions', 'seed', 'signal']);
  const { layer, maps = 4, positions = 1, seed = 0, signal } = options;
  checkValue(isCount(maps, 1), 'maps is how many feature maps to draw, 1 or more', maps);
  checkValue(isCount(positions, 1), 'positions is how many positions to draw, 1 or more', positions);
  checkValue(Number.isInteger(seed), 'seed is a whole number', seed);
  checkSignal(signal);
  checkValue(Array.isArray(images) && images.length > 1, 'images is a list of two or more images', images);
  const node = findNode(engine.network, layer);
  const inputs = stacked(deconvnet, images);
  try {
    await checkPixels(inputs, (row) => `Image ${row}`);
    const extent = await extentIn(deconvnet, images[0]!, layer);
    const chosen = drawNumbers(maps, featureMapsOf(node), randomSource(seed, 0));
    const places = drawNumbers(positions, cellCount(extent), randomSource(seed, 1));
    const similarities: number[] = [];
    for (const place of places) {
      signal?.throwIfAborted();
      engine.assertUsable();
      const position = positionAt(place, extent);
      const requests = chosen.flatMap((featureMap) =>
        images.map((_, row) => ({ row, selection: { node, featureMap, position, crop: true } })),
      );
      const projections = await projectRequests(engine, inputs, requests, 'rgb', { unit: true });
      similarities.push(...(await meanCosines(projections, images.length)));
    }
    signal?.throwIfAborted();
    const known = similarities.filter((one) => !Number.isNaN(one));
    return known.reduce((sum, one) => sum + one, 0) / known.length;
  } finally {
    tf.dispose(inputs);
  }
}

/** The images as one batch: one tensor for each of the model's inputs. */
function stacked({ engine }: Deconvnet, images: readonly ModelInput[]): tf.Tensor[] {
  return tidied(() => {
    const each = images.map((image) => readInputs(engine.network, image, { batch: false }));
    const odd = each.findIndex((image) => image.some(({ shape }, i) => String(shape) !== String(each[0]![i]!.shape)));
    if (odd > 0) {
      throw new DeconvnetError(
        'shape-mismatch',
        `Projections of images of different sizes cannot be compared: image 0 is shaped [${each[0]![0]!.shape.slice(1)}], and image ${odd} [${each[odd]![0]!.shape.slice(1)}]. Resize the images, or cut them to the same size.`,
      );
    }
    return each[0]!.map((_, i) => tf.concat(each.map((image) => image[i]!)));
  });
}

/** The sizes of a layer along its spatial axes. If the model takes any size, the layer is run to find them. */
async function extentIn(deconvnet: Deconvnet, image: ModelInput, layer: string): Promise<readonly number[]> {
  const { outputShape, channelAxis } = findNode(deconvnet.engine.network, layer);
  const stated = extentOf(outputShape, channelAxis);
  if (stated.every((size): size is number => size !== null)) return stated;
  const values = await deconvnet.activations(image, layer);
  values.dispose();
  return extentOf([1, ...values.shape], channelAxis);
}
