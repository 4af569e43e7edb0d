import { rm, stat } from 'node:fs/promises';
import { checkpointPaths } from '../node/mine/checkpoint-paths.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { shellWords, type Terminal } from './terminal.js';

/**
 * Checks before any work whether a run may begin, or can go on.
 *
 * @throws CliError where there is a checkpoint and the run does not go on from it, or the other way round.
 */
export async function checkCheckpoint(path: string | undefined, resume: boolean): Promise<void> {
  if (path === undefined) {
    if (!resume) return;
    throw new CliError(EXIT.usage, '--resume goes on from a checkpoint: name it, with --checkpoint FILE.');
  }
  if (resume) return;
  const there = await checkpointFiles(path);
  if (there.length === 0) return;
  throw new CliError(
    EXIT.usage,
    `There is a checkpoint already: ${there.join(' and ')}. Go on from it with --resume. To begin from the start, remove ${there.length > 1 ? 'both files' : 'it'}.`,
  );
}

/**
 * Whether the run that `--resume` would go on with is finished: its state is there, and its checkpoint was removed.
 * Mining again what took hours is not what was asked for.
 */
export async function isFinished(state: string, checkpoint: string): Promise<boolean> {
  return (await exists(state)) && (await checkpointFiles(checkpoint)).length === 0;
}

/** The files that there are of a checkpoint. */
async function checkpointFiles(path: string): Promise<string[]> {
  const { last, former } = checkpointPaths(path);
  const there: string[] = [];
  for (const file of [last, former]) if (await exists(file)) there.push(file);
  return there;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Removes the checkpoint of a run whose result has been written: nobody needs it any more. */
export async function removeCheckpoint(path: string | undefined, { err }: Terminal): Promise<void> {
  if (path === undefined) return;
  const { last, former } = checkpointPaths(path);
  for (const file of [last, former]) {
    await rm(file, { force: true }).catch((error: Error) => {
      err.write(`Warning: the checkpoint ${file} is not needed any more, and cannot be removed: ${error.message}.\n`);
    });
  }
}

/** The command that goes on from a checkpoint, on a line of its own. */
export function resumeCommand(args: readonly string[]): string {
  return `\n\n  deconvnet ${shellWords(args.includes('--resume') ? args : [...args, '--resume'])}\n`;
}
