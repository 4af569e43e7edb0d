import type { PatchMiner } from '../../mine/patch-miner.js';
import type { SkippedImage } from '../../mine/project-all.js';
import type { GalleryPictures } from './gallery-page.js';

/**
 * What is known about the pictures of a miner.
 *
 * @param skipped those of which patches were left out
 */
export function picturesOf(
  { images, imageClasses }: PatchMiner,
  skipped: readonly SkippedImage[] = [],
): GalleryPictures {
  return {
    count: images,
    ...(skipped.length > 0 && { skipped }),
    ...(imageClasses && imageClasses.length > 0 && { classes: imageClasses }),
  };
}
