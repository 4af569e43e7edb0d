import type { Deconvnet } from '../../../deconvnet.js';
import type { NetworkNode } from '../../../network/network.js';
import { distanceOf, lengthOf } from '../../../studies/invariance/distance.js';
import { readPictureInput } from '../../../studies/kit/picture-input.js';
import { type LayerOutput, readOutputs } from '../../../studies/kit/read-outputs.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { readStudyPicture, type StudyPictures } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';

/**
 * For each layer, the mean distance of the outputs for two different pictures, divided by the length of one of them; null if
 * there are no two pictures with outputs of one shape.
 */
export type DifferentPictures = readonly (number | null)[];

/** Compares the pictures with each other as they are: a measure for how far apart two outputs can be. */
export async function compareDifferent(
  deconvnet: Deconvnet,
  {
    chosen,
    all,
    layers,
  }: {
    readonly chosen: readonly PictureFile[];
    readonly all: StudyPictures;
    readonly layers: readonly NetworkNode[];
  },
  { onProgress, signal }: PartContext,
): Promise<DifferentPictures> {
  const outputs: LayerOutput[][] = [];
  for (const file of chosen) {
    signal?.throwIfAborted();
    outputs.push(await outputsOf(deconvnet, file, all, layers));
    onProgress(outputs.length);
  }
  return layers.map((_, layer) => meanDistance(outputs.map((own) => own[layer]!)));
}

async function outputsOf(
  deconvnet: Deconvnet,
  file: PictureFile,
  { reading }: StudyPictures,
  layers: readonly NetworkNode[],
): Promise<LayerOutput[]> {
  const { image } = await readStudyPicture(deconvnet, file, reading);
  try {
    const { tensor } = await readPictureInput('writeInvariance', deconvnet, image, file.id);
    try {
      return await readOutputs(deconvnet, [tensor], layers);
    } finally {
      tensor.dispose();
    }
  } finally {
    image.dispose();
  }
}

function meanDistance(outputs: readonly LayerOutput[]): number | null {
  const distances = outputs.flatMap((one) =>
    outputs
      .filter((other) => other !== one && String(other.shape) === String(one.shape))
      .map((other) => distanceOf(other, 0, one) / lengthOf(one)),
  );
  const finite = distances.filter(Number.isFinite);
  return finite.length === 0 ? null : finite.reduce((sum, distance) => sum + distance, 0) / finite.length;
}
