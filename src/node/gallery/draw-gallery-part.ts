import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { ScratchFolder, ScratchIndex } from '../projecting/scratch-folder.js';
import { checkPartOptions } from './check-gallery-options.js';
import { cutWork } from './cut-work.js';
import type { GalleryProgress } from './draw-gallery.js';
import { DrawingQueue } from './drawing-queue.js';
import { encodeSprite } from './encode-sprite.js';
import { GalleryFolder } from './gallery-folder.js';
import { checkPart, type GalleryPart, type GalleryPartOptions, openScratch } from './gallery-part.js';
import { GalleryWorkers } from './gallery-workers.js';
import { minerSource } from './miner-source.js';
import { type PlannedSheet, planSheets } from './plan-sheets.js';
import { workOfGallery } from './project-for-gallery.js';
import { writeSheet } from './write-sheet.js';

/** What became of the sheets of a part. */
export interface DrawnPart {
  /** The sheets that belong to the part. */
  readonly sheets: number;
  /** Those that were drawn now. All others had been drawn before. */
  readonly drawn: number;
}

/**
 * Draws some of the sprite sheets of a gallery, so that `writeGallery` with the same options takes them over. All pictures
 * of their feature maps must have been projected. Several processes, on one machine or on several machines with the same
 * folder, can each draw a part at the same time. Sheets that were drawn before are not drawn again.
 *
 * The parts have about equal numbers of patches. Sheets of what a gallery is compared with, thumbnails, the filters and the
 * page are not drawn in parts: the process that calls `writeGallery` draws them.
 *
 * @param options `onProgress` counts the feature maps of the part; `source` is not used
 * @throws DeconvnetError `invalid-option`; `unknown-layer`; `state-mismatch`, also if a picture has not been projected;
 * `write-failed`; `missing-peer`; `worker-failed`; `input-unknown`. The signal's reason when it is aborted.
 */
export async function drawGalleryPart(
  miner: PatchMiner,
  options: GalleryPartOptions<GalleryProgress>,
  part: GalleryPart,
): Promise<DrawnPart> {
  const settings = checkPartOptions('drawGalleryPart', miner, options);
  checkPart(part);
  const { out, contrast, zoom, workers, network, signal } = settings;
  signal?.throwIfAborted();
  const { work } = workOfGallery(miner, settings);
  const scratch = await openScratch(miner, work, { out, part });
  const own = cutWork(await planSheets(miner, settings), ({ ids }) => ids.length, part);
  const kept = { ...(await indexOf(scratch, own)), folder: scratch.path };
  const folder = await GalleryFolder.open(out, encodeSprite);
  const threads = new GalleryWorkers(miner, { workers, network, signal });
  const total = own.reduce((sum, { plan }) => sum + plan.maps.length, 0);
  let [done, drawn] = [0, 0];
  try {
    const drawing = { contrast, zoom, workers: await threads.start({ cost: 0, maps: total }) };
    const source = minerSource(miner, { kept, layers: settings.layers, ...drawing });
    const layers = new Map(source.layers.map((layer) => [layer.name, layer]));
    const queue = new DrawingQueue(source.sheetsAtATime ?? 2);
    try {
      for (const { layer, plan } of own) {
        signal?.throwIfAborted();
        await queue.begin(() =>
          writeSheet(layers.get(layer)!, folder, plan, {
            ...{ queue, signal },
            onMap: () => options.onProgress?.({ done: ++done, total, layer }),
            onDraw: () => drawn++,
          }),
        );
      }
      await queue.finish();
    } finally {
      // Nothing may be written when the caller knows that the part failed.
      await queue.settle();
    }
    signal?.throwIfAborted();
  } finally {
    await threads.close();
  }
  return { sheets: own.length, drawn };
}

/** Finds the projections of some sheets. */
async function indexOf(scratch: ScratchFolder, sheets: readonly PlannedSheet[]): Promise<ScratchIndex> {
  const ids = [...new Set(sheets.flatMap((sheet) => sheet.ids))].sort();
  const index = await scratch.index(ids);
  const { absent } = index;
  if (absent.length === 0) return index;
  throw new DeconvnetError(
    'state-mismatch',
    `${absent.length} of ${ids.length} pictures have not been projected to ${scratch.path}: '${absent[0]}', for example. Project all parts before one is drawn.`,
  );
}
