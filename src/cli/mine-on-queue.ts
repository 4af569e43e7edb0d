import type { Deconvnet } from 'deconvnet';
import type { MinedImages } from 'deconvnet/node';
import { topologyOption } from '../node/models/model-place.js';
import type { Library } from './load-library.js';
import { type MiningJob, minerOptionsOf } from './mine-pictures.js';
import { networkOptions } from './open-network.js';
import { readingOptions } from './picture-options.js';
import { lockTimes, type QueueChoice } from './queue-options.js';
import { watchRun } from './watch-run.js';

/** What to mine on a queue. */
export interface QueueJob extends MiningJob {
  readonly choice: QueueChoice & { readonly queue: string; readonly share: string };
  /** The command line. */
  readonly args: readonly string[];
  /** Whether the command can name a run that was begun before; `true` by default. */
  readonly attach?: boolean;
}

/** Lets the workers at a queue mine pictures, with the options of the command line, and shows the progress. */
export async function mineOnQueue(library: Library, deconvnet: Deconvnet, job: QueueJob): Promise<MinedImages> {
  const { model, images, given, terminal, signal, choice, args } = job;
  const { queue, share, parts, attach, lock } = choice;
  const { limit, backend } = given;
  const { mineOnQueue: mine } = await import('deconvnet/queue');
  const options = {
    ...{ model, deconvnet, images, backend, queue, share, signal, ...lockTimes(lock) },
    ...(parts !== undefined && { parts }),
    ...(attach !== undefined && { attach }),
    ...minerOptionsOf(library, deconvnet, given),
    ...(await networkOptions(given)),
    ...topologyOption(given),
    ...readingOptions(given),
    ...(limit !== undefined && { limit }),
  };
  return watchRun(
    {
      ...{ terminal, signal, args, queue, attach: job.attach ?? true },
      ...{ title: 'Mining pictures', unit: ['picture', 'pictures'] },
    },
    (callbacks) => mine({ ...options, ...callbacks }),
  );
}
