import type { QueueOptions, QueueProgress } from 'deconvnet/queue';
import { counted } from '../errors/counted.js';
import { messageOf } from './advice.js';
import { CliError } from './cli-error.js';
import { type Progress, startProgress } from './progress.js';
import { shellWords, type Terminal } from './terminal.js';

/** A run on a queue, and where it is reported. */
export interface WatchedRun {
  readonly terminal: Terminal;
  /** Aborted with a `CliError`. */
  readonly signal: AbortSignal;
  /** The command line. */
  readonly args: readonly string[];
  readonly queue: string;
  /** Whether the command can name a run that was begun before; otherwise the same command finds it. */
  readonly attach: boolean;
  /** What is done, for the progress. */
  readonly title: string;
  /** What is counted, as one and as several. */
  readonly unit: readonly [one: string, several: string];
}

/**
 * Reports a run on a queue while somebody waits for it.
 *
 * @param wait begins or finds the run with these callbacks, and waits for it
 * @throws CliError if the signal stops the waiting: it says how to wait again.
 */
export async function watchRun<Result>(
  { terminal, signal, args, queue, attach, title, unit }: WatchedRun,
  wait: (callbacks: Required<Pick<QueueOptions, 'onBegin' | 'onWarning' | 'onProgress'>>) => Promise<Result>,
): Promise<Result> {
  let run: string | undefined;
  let progress: Progress | undefined;
  try {
    return await wait({
      onBegin({ id, parts, items, attached, folder }) {
        run = id;
        const what = `${counted(items, ...unit)} in ${counted(parts, 'part')}, in ${folder}`;
        terminal.err.write(`Run ${id} ${attached ? 'was on the queue already' : 'is on the queue'}: ${what}.\n`);
      },
      onWarning: (warning) => terminal.err.write(`Warning: ${messageOf(warning)}\n`),
      onProgress(now) {
        progress ??= startProgress(terminal, title, now.total, now.done);
        progress.update(now.done, progressNote(now), now.secondsLeft);
      },
    });
  } catch (error) {
    if (error !== signal.reason || run === undefined) throw error;
    throw new CliError((error as CliError).exitCode, detached(run, { args, queue, attach }));
  } finally {
    progress?.stop();
  }
}

/** What is shown beside the progress of a run on a queue. */
function progressNote({ stage, parts, partsDone, partsFailed, workers, machines }: QueueProgress): string {
  if (stage === 'end') return 'putting the results together';
  const failed = partsFailed > 0 ? `, ${partsFailed} failed and will be tried again` : '';
  const who =
    workers === 0
      ? 'no worker is at work (start some with deconvnet work --queue URL --share FOLDER --allow FOLDER)'
      : `${counted(workers, 'worker')} on ${counted(machines, 'machine')}`;
  return `${partsDone} of ${parts} parts done${failed}, ${who}`;
}

/**
 * The message for somebody who stops waiting for a run.
 *
 * @param attach whether the command can name the run; otherwise the same command finds it
 */
function detached(
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
