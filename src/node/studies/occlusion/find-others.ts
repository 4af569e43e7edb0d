import type { Deconvnet } from '../../../deconvnet.js';
import { PatchMiner } from '../../../mine/patch-miner.js';
import { renderPatches } from '../../../render/render-patches.js';
import { renderProjections } from '../../../render/render-projection.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { readAllPictures, type StudyPictures } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import type { CoveredPicture } from './cover-picture.js';
import type { WriteOcclusionOptions } from './write-occlusion-options.js';

/** How many other pictures are shown for each feature map. */
export const OTHER_PICTURES = 3;

/** What another picture shows a feature map, and its projection there. */
export interface OtherPicture {
  readonly id: string;
  readonly activation: number;
  /** The files of the patch and of the projection. */
  readonly patch: string;
  readonly projection: string;
  readonly height: number;
  readonly width: number;
}

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
  { folder, records, onProgress, signal }: PartContext,
): Promise<OtherPicture[][]> {
  const covered = chosen.map(({ id }) => records.get(`picture ${id}`) as CoveredPicture);
  const { layer } = covered[0]!;
  const maps = [...new Set(covered.map(({ featureMap }) => featureMap))].sort((a, b) => a - b);
  const miner = new PatchMiner(deconvnet, {
    ...{ layers: [layer], featureMaps: { [layer]: maps } },
    // One more than is shown, because the covered picture is among them.
    ...{ k: OTHER_PICTURES + 1, maxBytes: Number.MAX_SAFE_INTEGER },
  });
  await miner.run(readAllPictures(deconvnet, all), {
    ...(batchSize !== undefined && { batchSize }),
    onProgress: ({ images }) => onProgress(images),
    ...(signal && { signal }),
  });
  const drawing = { ...(contrast !== undefined && { contrast }), ...(gamma !== undefined && { gamma }) };
  const found = new Map<number, OtherPicture[]>();
  for (const map of maps) {
    signal?.throwIfAborted();
    const patches = miner.top(layer, map);
    const projections = await miner.project(layer, map, { crop: true });
    try {
      const pictures = renderPatches(deconvnet, patches);
      const drawn = await renderProjections(projections, { ...drawing, scale: 'each' });
      const shown: OtherPicture[] = [];
      for (const [rank, { id, activation }] of patches.entries()) {
        const { height, width } = drawn[rank]!;
        shown.push({
          ...{ id, activation, height, width },
          patch: await folder.writePicture(`pictures/map-${map}-${rank}`, pictures[rank]!),
          projection: await folder.writePicture(`pictures/map-${map}-${rank}-projection`, drawn[rank]!),
        });
      }
      found.set(map, shown);
    } finally {
      for (const projection of projections) projection.dispose();
    }
  }
  return covered.map(({ id, featureMap }) =>
    found
      .get(featureMap)!
      .filter((other) => other.id !== id)
      .slice(0, OTHER_PICTURES),
  );
}
