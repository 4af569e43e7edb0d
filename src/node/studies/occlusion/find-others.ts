import type { Deconvnet } from '../../../deconvnet.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { type StrongPatch, strongestPatches } from '../kit/strongest-patches.js';
import type { StudyPictures } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import type { CoveredPicture } from './cover-picture.js';
import type { WriteOcclusionOptions } from './write-occlusion-options.js';

/** How many other pictures are shown for each feature map. */
export const OTHER_PICTURES = 3;

/**
 * Finds the pictures that excite the watched feature maps most, beside the covered ones, and projects them.
 *
 * @returns a list for each covered picture
 */
export async function findOthers(
  deconvnet: Deconvnet,
  {
    all,
    chosen,
    options: { contrast, gamma, batchSize },
  }: { readonly all: StudyPictures; readonly chosen: readonly PictureFile[]; readonly options: WriteOcclusionOptions },
  context: PartContext,
): Promise<StrongPatch[][]> {
  const covered = chosen.map(({ id }) => context.records.get(`picture ${id}`) as CoveredPicture);
  const found = await strongestPatches(
    deconvnet,
    all,
    {
      ...{ layer: covered[0]!.layer, maps: [...new Set(covered.map(({ featureMap }) => featureMap))] },
      // One more than is shown, because the covered picture is among them.
      count: OTHER_PICTURES + 1,
      ...(contrast !== undefined && { contrast }),
      ...(gamma !== undefined && { gamma }),
      ...(batchSize !== undefined && { batchSize }),
    },
    context,
  );
  return covered.map(({ id, featureMap }) =>
    found
      .get(featureMap)!
      .filter((other) => other.id !== id)
      .slice(0, OTHER_PICTURES),
  );
}
