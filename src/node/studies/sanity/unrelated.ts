import { reverse } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../../deconvnet.js';
import { resolveRule, ruleNames } from '../../../mirrors/rules.js';
import { findNode } from '../../../network/network.js';
import { type PictureInput, readPictureInput } from '../../../studies/kit/picture-input.js';
import { BATCH_SIZE } from '../../../studies/kit/study-options.js';
import { projectInTurn } from '../../../studies/sanity/project-in-turn.js';
import { layersBelow, randomNetwork } from '../../../studies/sanity/random-network.js';
import type { SanityProjection } from '../../../studies/sanity/sanity-projection.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { readStudyPicture, type StudyPictures } from '../kit/study-pictures.js';

/** What the control is made from. */
export interface UnrelatedInput {
  readonly file: PictureFile;
  readonly all: StudyPictures;
  readonly layer: string;
  readonly seed: number;
  readonly batchSize?: number;
}

/** How many pictures after one in the list are tried as its control. */
export const OTHERS = 20;

/** The control: projections that have only the place in the network in common with others. */
export interface Unrelated {
  readonly projections: readonly SanityProjection[];
  /** The id of the other picture; null if it is the same picture, turned by half. */
  readonly other: string | null;
}

/**
 * The seed of the control's weights. As numbers of 32 bits, which is what random sources use, it differs from the seed of
 * the study in every case. With that seed, the control would be in the same random network as the projections that are
 * judged by it, and would equal them wherever the picture does not matter.
 */
export function controlSeed(seed: number): number {
  return seed ^ 0x2545f491;
}

/**
 * Projects the same activations as others, from another picture and in a network with random weights in all layers. These
 * weights are drawn for this purpose, and no step has them. If the next pictures all have other sizes, the same picture is
 * used, turned by half.
 *
 * @param projections the others, rule by rule, of the picture
 */
export async function projectUnrelated(
  deconvnet: Deconvnet,
  picture: PictureInput,
  projections: readonly SanityProjection[],
  { file, all, layer, seed, batchSize = BATCH_SIZE }: UnrelatedInput,
  { signal, tell }: { readonly signal: AbortSignal | undefined; readonly tell: (count: number) => void },
): Promise<Unrelated> {
  const { engine } = deconvnet;
  const node = findNode(engine.network, layer);
  const cells = projections.slice(0, projections.length / ruleNames.length);
  const lowest = layersBelow(deconvnet, node).at(-1);
  const random = lowest && (await randomNetwork(deconvnet, lowest, controlSeed(seed)));
  try {
    const { input, other } = await unrelatedPicture(deconvnet, picture, file, all);
    try {
      const rules = ruleNames.map((rule) => resolveRule({ rule }));
      const own = random ? engine.alike({ network: random.network }) : engine;
      const turn = { batchSize, signal, tell };
      return { projections: await projectInTurn(own, rules, { picture: input, node, cells }, turn), other };
    } finally {
      input.tensor.dispose();
    }
  } finally {
    random?.dispose();
  }
}

/** The next picture of the list that has the size of this one, or this one turned by half. */
async function unrelatedPicture(
  deconvnet: Deconvnet,
  picture: PictureInput,
  file: PictureFile,
  { files, reading }: StudyPictures,
): Promise<{ readonly input: PictureInput; readonly other: string | null }> {
  const place = files.findIndex(({ id }) => id === file.id);
  const following = [...files.slice(place + 1), ...files.slice(0, place)];
  for (const next of following.slice(0, OTHERS)) {
    const item = await readStudyPicture(deconvnet, next, reading);
    try {
      const input = await readPictureInput('writeSanity', deconvnet, item.image, item.id);
      if (input.height === picture.height && input.width === picture.width) return { input, other: next.id };
      input.tensor.dispose();
    } finally {
      item.image.dispose();
    }
  }
  return { input: { ...picture, tensor: reverse(picture.tensor, [...picture.axes]) }, other: null };
}
