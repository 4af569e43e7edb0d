import type { PatchMiner } from 'deconvnet';
import type { DrawnGallery } from 'deconvnet/node';
import { counted } from '../errors/counted.js';
import { messageOf } from './advice.js';
import { CliError } from './cli-error.js';
import { type Drawing, galleryOptions } from './draw-gallery.js';
import type { Library } from './load-library.js';
import { detached, progressNote } from './mine-on-queue.js';
import { networkOptions } from './open-network.js';
import { readingOptions } from './picture-options.js';
import { type Progress, startProgress } from './progress.js';
import { lockTimes } from './queue-options.js';

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
  let run: string | undefined;
  let progress: Progress | undefined;
  try {
    return await drawOnQueue(miner, {
      ...{ ...galleryOptions(library, miner, drawing), ...network },
      ...{ model, queue, share, signal, ...lockTimes(lock) },
      ...(images.length > 0 && { images }),
      ...readingOptions(given),
      ...(parts !== undefined && { parts }),
      onBegin({ id, parts: count, items, attached, folder }) {
        run = id;
        const what = `${counted(items, 'picture and sheet', 'pictures and sheets')} in ${counted(count, 'part')}, in ${folder}`;
        terminal.err.write(`Run ${id} ${attached ? 'was on the queue already' : 'is on the queue'}: ${what}.\n`);
      },
      onWarning: (warning) => terminal.err.write(`Warning: ${messageOf(warning)}\n`),
      onProgress(now) {
        progress ??= startProgress(terminal, 'Projecting pictures and drawing sheets', now.total, now.done);
        progress.update(now.done, progressNote(now), now.secondsLeft);
      },
    });
  } catch (error) {
    if (error !== signal.reason || run === undefined) throw error;
    throw new CliError((error as CliError).exitCode, detached(run, { args, queue, attach: false }));
  } finally {
    progress?.stop();
  }
}
