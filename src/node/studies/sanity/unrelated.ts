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

/** The control: projections that have only the place in the network in common with others. */
export interface Unrelated {
  readonly projections: readonly SanityProjection[];
  /** The id of the other picture; null if it is the same picture, turned by half. */
  readonly other: string | null;
}

/**
 * Projects the same activations as others, from another picture and in the network with random weights in all layers. If
 * there is no other picture of the same size, the picture is turned by half.
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
  const random = lowest && (await randomNetwork(deconvnet, lowest, seed));
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

/** The picture after this one in the list, or this one turned by half. */
async function unrelatedPicture(
  deconvnet: Deconvnet,
  picture: PictureInput,
  file: PictureFile,
  { files, reading }: StudyPictures,
): Promise<{ readonly input: PictureInput; readonly other: string | null }> {
  const next = files[(files.findIndex(({ id }) => id === file.id) + 1) % files.length]!;
  if (next.id !== file.id) {
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
