import type { PatchMiner } from '../../mine/patch-miner.js';
import { pictureCost } from '../../mine/picture-work.js';
import type { SkippedImage } from '../../mine/project-all.js';
import { WorkProgress } from '../../mine/work-progress.js';
import { projectInto } from '../projecting/keep-projections.js';
import { checkPartOptions } from './check-gallery-options.js';
import { cutWork } from './cut-work.js';
import { checkGalleryFolder } from './gallery-folder.js';
import { checkPart, type GalleryPart, type GalleryPartOptions, openScratch } from './gallery-part.js';
import { GalleryWorkers } from './gallery-workers.js';
import { type GalleryProjecting, scratchBytesOf, workOfGallery } from './project-for-gallery.js';

/** What became of the pictures of a part. */
export interface ProjectedPart {
  /** The pictures that belong to the part. */
  readonly pictures: number;
  /** Those that were projected now. All others had been projected before. */
  readonly projected: number;
  /**
   * Pictures of which patches were left out, in the order of their ids: the source does not have them, or they are others
   * than those that were mined. `writeGallery` projects them again, and so does this part if it is run again.
   */
  readonly skipped: readonly SkippedImage[];
}

/**
 * Projects some of the pictures of a gallery, so that `writeGallery` with the same options finds the projections in the
 * folder `unfinished` of the gallery. Several processes, on one machine or on several machines with the same folder, can
 * each project a part at the same time. A part that was stopped or killed goes on where it was when it is run again.
 *
 * The parts have about equal numbers of multiply-adds. What a gallery is compared with is not projected in parts: the
 * process that calls `writeGallery` does that.
 *
 * @param options `onProgress` counts the pictures of the part, and `scratchBytes` what their projections take on the disk
 * @throws DeconvnetError `invalid-option`; `unknown-layer`; `state-mismatch`; `write-failed`; `worker-failed`; and the codes
 * of `Deconvnet.project`. The signal's reason when it is aborted.
 */
export async function projectGalleryPart(
  miner: PatchMiner,
  options: GalleryPartOptions<GalleryProjecting>,
  part: GalleryPart,
): Promise<ProjectedPart> {
  const settings = checkPartOptions('projectGalleryPart', miner, options);
  checkPart(part);
  const { out, source, workers, network, signal } = settings;
  const { onProgress } = options;
  signal?.throwIfAborted();
  await checkGalleryFolder(out);
  const { work } = workOfGallery(miner, settings);
  const own = cutWork(work, (one) => pictureCost(miner.deconvnet, one), part);
  const scratch = await openScratch(miner, work, { out, part });
  const bytes = scratchBytesOf(miner, own);
  const threads = new GalleryWorkers(miner, { workers, network, signal });
  try {
    const skipped = await projectInto(scratch, miner, {
      ...{ work: own, progress: new WorkProgress(miner.deconvnet, own), source, signal },
      onProgress: onProgress && ((now) => onProgress({ ...now, scratchBytes: bytes })),
      workers: (cost) => threads.start({ cost, maps: 0 }),
    });
    const before = own.filter(({ id }) => scratch.has(id)).length;
    return { pictures: own.length, projected: own.length - before, skipped };
  } finally {
    await threads.close();
  }
}
