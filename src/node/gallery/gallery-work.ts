import type { PatchMiner } from '../../mine/patch-miner.js';
import { WorkProgress } from '../../mine/work-progress.js';
import { projectionIdentity } from '../projecting/projection-identity.js';
import { ScratchFolder } from '../projecting/scratch-folder.js';
import { checkPartOptions, type GalleryDrawingOptions } from './check-gallery-options.js';
import { drawingCost } from './gallery-workers.js';
import { planSheets } from './plan-sheets.js';
import { scratchBytesOf, workOfGallery } from './project-for-gallery.js';

/** How much work a gallery is, without what it is compared with. */
export interface GalleryWork {
  /** The pictures of which patches are projected. */
  readonly pictures: number;
  /** The patches that are projected. */
  readonly patches: number;
  /** The estimated multiply-adds of projecting them. */
  readonly cost: number;
  /** How many bytes the projections take in the folder `unfinished` until the page is written. */
  readonly scratchBytes: number;
  /** The sprite sheets of feature maps. */
  readonly sheets: number;
  /** The feature maps on them. */
  readonly maps: number;
  /** The number of multiply-adds that take about as long as drawing them. */
  readonly drawingCost: number;
  /** Tells whether two processes make the same projections: the name of the folder in `unfinished`. */
  readonly identity: string;
}

/**
 * Tells how much work a gallery is, so that a program can choose the numbers of parts. It writes nothing.
 *
 * @throws DeconvnetError `invalid-option`; `unknown-layer`.
 */
export async function galleryWork(miner: PatchMiner, options: GalleryDrawingOptions): Promise<GalleryWork> {
  const settings = checkPartOptions('galleryWork', miner, options);
  const { work } = workOfGallery(miner, settings);
  const { totalImages, totalPatches, totalCost } = new WorkProgress(miner.deconvnet, work).now;
  const sheets = await planSheets(miner, settings);
  const maps = sheets.reduce((sum, { plan }) => sum + plan.maps.length, 0);
  return {
    ...{ pictures: totalImages, patches: totalPatches, cost: totalCost },
    scratchBytes: scratchBytesOf(miner, work),
    ...{ sheets: sheets.length, maps, drawingCost: drawingCost(maps) },
    identity: ScratchFolder.nameOf(await projectionIdentity(miner, work)),
  };
}
