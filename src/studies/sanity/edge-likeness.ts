import type { Deconvnet } from '../../deconvnet.js';
import { checkKeys } from '../../errors/check-options.js';
import type { SourceItem } from '../../mine/image-source.js';
import type { Box } from '../kit/covered-copies.js';
import { BATCH_SIZE } from '../kit/study-options.js';
import { atUnitEnergy, type Compared, compareProjections, type SanityPixels } from './compare-projections.js';
import { edgePicture, luminanceOf } from './edge-picture.js';
import { countUp, projectInTurn } from './project-in-turn.js';
import { type CellsOption, checkSanity, readProjected } from './sanity-options.js';
import type { SanityProjection } from './sanity-projection.js';

/** How alike the projections of one picture are to its edges. */
export interface EdgeLikeness {
  /** The picture's id. */
  readonly id: string;
  /** The layer that is projected. */
  readonly layer: string;
  /** For each rule, the projections of all chosen activations. */
  readonly projections: readonly (SanityProjection & Compared & { readonly edges: SanityPixels })[];
}

/**
 * Compares projections with what an edge detector finds in the picture, without any network, as Adebayo et al. did
 * (*Sanity Checks for Saliency Maps*, NeurIPS 2018): the magnitude of the gradient of the luminance, by the operator of
 * Sobel. The luminance is computed from the model's input: three channels are taken as colours, others count alike. A
 * projection that looks like the edges is not yet wrong, but the edges alone would have shown the same.
 *
 * `edges` has one channel, in the box of the projection and at unit energy. All channels of a projection are compared with
 * it, by `compareProjections`. It is never negative, so the figures for absolute values tell more.
 *
 * @param item the picture: an id and the input tensor, which stays the caller's
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import type { Deconvnet } from 'deconvnet';
 * import { edgeLikeness, summarizeLikeness } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, image: Tensor) => {
 *   const { projections } = await edgeLikeness(deconvnet, { id: 'dog.jpg', image }, { layer: 'conv5' });
 *   for (const { rule, likeness } of summarizeLikeness(projections)) {
 *     console.log(rule, likeness?.absolute.structuralSimilarity);
 *   }
 * };
 * ```
 * @throws DeconvnetError `unknown-layer`, `unsupported-layer`, `feature-map-out-of-range`, `unsupported-option`,
 * `shape-mismatch`, `not-finite`, `invalid-option`, `disposed`, `inside-tidy`; the reason of the signal if that was
 * aborted.
 */
export async function edgeLikeness(
  deconvnet: Deconvnet,
  item: SourceItem,
  options: CellsOption = {},
): Promise<EdgeLikeness> {
  checkKeys('edgeLikeness', options, ['layer', 'maps', 'rules', 'batchSize', 'onProgress', 'signal'] as const);
  const rules = checkSanity('edgeLikeness', deconvnet, item, options);
  const { batchSize = BATCH_SIZE, onProgress, signal } = options;
  const projected = await readProjected('edgeLikeness', deconvnet, item, options);
  const { picture, node, cells } = projected;
  try {
    const { height, width, channels } = picture;
    const whole = edgePicture(await luminanceOf(deconvnet, picture), height, width);
    const total = rules.length * cells.length;
    const tell = countUp(total, onProgress);
    const projections = await projectInTurn(deconvnet.engine, rules, projected, { batchSize, signal, tell });
    signal?.throwIfAborted();
    return {
      ...{ id: item.id, layer: node.name },
      projections: projections.map((projection) => {
        const edges = cutOut(whole, width, projection.box);
        const likeness = compareProjections(projection.pixels, inChannels(edges, channels));
        return { ...projection, edges, ...(likeness && { likeness }) };
      }),
    };
  } finally {
    picture.tensor.dispose();
  }
}

/** The values in a box of a picture with one channel, at unit energy. */
function cutOut(values: Float32Array, width: number, { top, left, bottom, right }: Box): SanityPixels {
  const [rows, columns] = [bottom - top, right - left];
  const cut = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    const start = (top + y) * width + left;
    cut.set(values.subarray(start, start + columns), y * columns);
  }
  return { values: Float32Array.from(atUnitEnergy(cut) ?? cut), shape: [rows, columns, 1] };
}

/** A picture with one channel, with that repeated in each of several channels. */
export function inChannels({ values, shape: [height, width] }: SanityPixels, channels: number): SanityPixels {
  const repeated = Float32Array.from({ length: values.length * channels }, (_, i) => values[Math.floor(i / channels)]!);
  return { values: repeated, shape: [height, width, channels] };
}
