import type { Deconvnet } from 'deconvnet';
import type { MinedImages } from 'deconvnet/node';
import type { QueueProgress } from 'deconvnet/queue';
import { counted } from '../errors/counted.js';
import { messageOf } from './advice.js';
import { CliError } from './cli-error.js';
import type { Library } from './load-library.js';
import { type MiningJob, minerOptionsOf } from './mine-pictures.js';
import { networkOptions } from './open-network.js';
import { readingOptions } from './picture-options.js';
import { type Progress, startProgress } from './progress.js';
import { lockTimes, type QueueChoice } from './queue-options.js';
import { shellWords } from './terminal.js';

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
  let run: string | undefined;
  let progress: Progress | undefined;
  try {
    return await mine({
      ...{ model, deconvnet, images, backend, queue, share, signal, ...lockTimes(lock) },
      ...(parts !== undefined && { parts }),
      ...(attach !== undefined && { attach }),
      ...minerOptionsOf(library, deconvnet, given),
      ...(await networkOptions(given)),
      ...readingOptions(given),
      ...(limit !== undefined && { limit }),
      onBegin({ id, parts: count, items, attached, folder }) {
        run = id;
        const what = `${counted(items, 'picture')} in ${counted(count, 'part')}, in ${folder}`;
        terminal.err.write(`Run ${id} ${attached ? 'was on the queue already' : 'is on the queue'}: ${what}.\n`);
      },
      onWarning: (warning) => terminal.err.write(`Warning: ${messageOf(warning)}\n`),
      onProgress(now) {
        progress ??= startProgress(terminal, 'Mining pictures', now.total, now.done);
        progress.update(now.done, progressNote(now), now.secondsLeft);
      },
    });
  } catch (error) {
    if (error !== signal.reason || run === undefined) throw error;
    throw new CliError((error as CliError).exitCode, detached(run, { args, queue, attach: job.attach ?? true }));
  } finally {
    progress?.stop();
  }
}

/** What is shown beside the progress of a run on a queue. */
export function progressNote({ stage, parts, partsDone, partsFailed, workers, machines }: QueueProgress): string {
  if (stage === 'end') return 'putting the results together';
  const failed = partsFailed > 0 ? `, ${partsFailed} failed and will be tried again` : '';
  const who =
    workers === 0
      ? 'no worker is at work (start some: deconvnet work --queue URL)'
      : `${counted(workers, 'worker')} on ${counted(machines, 'machine')}`;
  return `${partsDone} of ${parts} parts done${failed}, ${who}`;
}

/**
 * The message for somebody who stops waiting for a run.
 *
 * @param attach whether the command can name the run; otherwise the same command finds it
 */
export function detached(
  id: string,
  { args, queue, attach }: { readonly args: readonly string[]; readonly queue: string; readonly attach: boolean },
): string {
  const named = !attach || args.some((word) => /^--attach(=|$)/.test(word));
  const again = named ? args : [...args, '--attach', id];
  return `Interrupted. The run ${id} goes on without this command. Wait for it again with:

  deconvnet ${shellWords(again)}

or cancel it with:

  deconvnet ${shellWords(['runs', '--queue', queue, '--cancel', id])}
`;
}
