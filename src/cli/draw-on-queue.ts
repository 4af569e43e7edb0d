import type { PatchMiner } from 'deconvnet';
import type { DrawnGallery } from 'deconvnet/node';
import { topologyOption } from '../node/models/model-place.js';
import { type Drawing, galleryOptions } from './draw-gallery.js';
import type { Library } from './load-library.js';
import { networkOptions } from './open-network.js';
import { readingOptions } from './picture-options.js';
import { lockTimes } from './queue-options.js';
import { watchRun } from './watch-run.js';

/** Lets the workers at a queue draw what was mined, with the options of the command line, and shows the progress. */
export async function drawGalleryOnQueue(
  library: Library,
  miner: PatchMiner,
  drawing: Drawing & { readonly queue: string; readonly share: string },
): Promise<DrawnGallery> {
  const { model, images, given, terminal, signal, args, queue, share } = drawing;
  const { parts, lock } = given;
  const { rule: _, ...network } = await networkOptions(given);
  const { drawOnQueue } = await import('deconvnet/queue');
  const options = {
    ...{ ...galleryOptions(library, miner, drawing), ...network },
    ...{ model, ...topologyOption(given), queue, share, signal, ...lockTimes(lock) },
    ...(images.length > 0 && { images }),
    ...readingOptions(given),
    ...(parts !== undefined && { parts }),
  };
  return watchRun(
    {
      ...{ terminal, signal, args, queue, attach: false },
      ...{ title: 'Projecting pictures and drawing sheets', unit: ['picture and sheet', 'pictures and sheets'] },
    },
    (callbacks) => drawOnQueue(miner, { ...options, ...callbacks }),
  );
}
