import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { Picture } from '../../input/picture.js';
import type { PatchPixels } from '../../mine/patch.js';
import type { PictureWork, WantedPatch } from '../../mine/picture-work.js';
import { landingOf } from '../../mine/pixels/landing-of.js';
import { projectPicture } from '../../mine/project-picture.js';
import { cellCount, type Region, wholeRegion } from '../../regions/region.js';
import { readProjection } from '../../render/read-projection.js';
import { cutTile } from '../pictures/tile-window.js';
import { ScratchWriter } from './scratch-file.js';

const TRANSPARENT = [0, 0, 0, 0] as const;

/** What became of the patches of a picture. */
export interface ProjectedPicture {
  /** Patches whose pixels are not known, because there is no image. */
  readonly missing: number;
  /** Patches whose activation in the image is another than the one that was mined. */
  readonly changed: number;
}

/**
 * Projects the patches of one picture, and writes the projections to a file. Pixels of patches that the state does not
 * contain are written beside them.
 *
 * @param image the image, if it has been fetched; it stays the caller's
 */
export async function projectToFile(
  deconvnet: Deconvnet,
  work: PictureWork,
  { image, path }: { readonly image: Tensor | undefined; readonly path: string },
): Promise<ProjectedPicture> {
  const missing = image ? 0 : work.patches.filter(({ entry }) => !entry.pixels).length;
  const lookUp = image && (await lookUpIn(deconvnet, image));
  const file = await ScratchWriter.open(path);
  try {
    let changed = 0;
    for await (const { patch, projection } of projectPicture(deconvnet, work, { image, crops: isSmaller })) {
      if (!projection) {
        changed++;
        continue;
      }
      try {
        const { node, featureMap, rank, entry } = patch;
        await file.add({
          ...{ layer: node.name, featureMap, rank },
          projection: await readProjection(projection),
          ...(!entry.pixels && lookUp?.(patch)),
        });
      } finally {
        projection.dispose();
      }
    }
    await file.finish({ leftOut: missing + changed > 0 });
    return { missing, changed };
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** Whether the box in which a signal can land has fewer pixels than the image. The smaller of both is written. */
function isSmaller(landing: Region, extent: readonly number[]): boolean {
  return cellCount(landing.size) < cellCount(extent);
}

/** Makes a function that finds the pixels of a patch in its image. */
async function lookUpIn(
  deconvnet: Deconvnet,
  image: Tensor,
): Promise<(patch: WantedPatch) => { readonly picture?: Picture; readonly pixels?: PatchPixels }> {
  if (deconvnet.takesPictures) {
    const picture = await deconvnet.toPicture(image);
    const whole = wholeRegion([picture.height, picture.width]);
    return ({ node, entry }) => ({
      picture: cutTile(picture, {
        field: whole,
        window: landingOf(deconvnet.engine, node, entry),
        inside: whole,
        fill: TRANSPARENT,
      }),
    });
  }
  const data = (await image.data()) as Float32Array;
  return ({ entry: { receptiveField } }) => {
    // Sources give images with or without a batch axis of 1; a signal has samples, and perhaps channels.
    const axes = receptiveField.size.length;
    if (axes > 1) return {};
    const shape = image.shape.slice(image.rank - 1 - axes);
    return { pixels: { data, shape, start: shape.length > 1 ? [0] : [] } };
  };
}
