import { rm, stat } from 'node:fs/promises';
import { checkpointPaths } from '../node/mine/checkpoint-paths.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { shellWords, type Terminal } from './terminal.js';

/**
 * Checks before any work whether a run may begin or be resumed.
 *
 * @throws CliError if a checkpoint exists and --resume is not given.
 */
export async function checkCheckpoint(path: string, resume: boolean): Promise<void> {
  if (resume) return;
  const there = await checkpointFiles(path);
  if (there.length === 0) return;
  throw new CliError(
    EXIT.usage,
    `A checkpoint exists already: ${there.join(' and ')}. Go on from it with --resume. To start again, remove ${there.length > 1 ? 'both files' : 'it'}.`,
  );
}

/**
 * Whether the run that `--resume` would continue is finished: its state exists, and its checkpoint was removed. Without
 * this check, `--resume` would repeat hours of work.
 */
export async function isFinished(state: string, checkpoint: string): Promise<boolean> {
  return (await exists(state)) && (await checkpointFiles(checkpoint)).length === 0;
}

/** The files of a checkpoint that exist. */
export async function checkpointFiles(path: string): Promise<string[]> {
  const { last, former } = checkpointPaths(path);
  const there: string[] = [];
  for (const file of [last, former]) if (await exists(file)) there.push(file);
  return there;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Removes the checkpoint of a run whose result has been written, because it is not needed any more. */
export async function removeCheckpoint(path: string | undefined, { err }: Terminal): Promise<void> {
  if (path === undefined) return;
  const { last, former } = checkpointPaths(path);
  for (const file of [last, former]) {
    await rm(file, { force: true }).catch((error: Error) => {
      err.write(
        `Warning: the checkpoint ${file} is not needed any more, but it cannot be removed: ${error.message}.\n`,
      );
    });
  }
}

/** The command that resumes the run, on a line of its own. */
export function resumeCommand(args: readonly string[]): string {
  return `\n\n  deconvnet ${shellWords(args.includes('--resume') ? args : [...args, '--resume'])}\n`;
}
