import { rm } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { amount, count } from './options.js';

/** The options of a command that may run on a queue. */
export interface QueueChoice {
  readonly queue?: string;
  readonly share?: string;
  readonly parts?: number;
  readonly attach?: string;
  readonly lock: number;
}

/** Options that several commands for queues share. */
export const queueOptions = {
  queue: (what: string): Option =>
    new Option(
      '--queue <url>',
      `${what}, such as redis://HOST:6379 (rediss:// for TLS); a password may be in the environment, as DECONVNET_QUEUE_PASSWORD`,
    ),
  lock: (): Option =>
    new Option(
      '--lock <seconds>',
      'how long a worker that is not heard of keeps its part; another worker takes it after at most twice this time',
    )
      .argParser(amount)
      .default(30),
} as const;

/** Adds the options for a run on a queue. */
export function addQueueOptions(command: Command): Command {
  return command
    .addOption(
      queueOptions.queue('let the workers (deconvnet work) at a queue do the work: the address of its Redis server'),
    )
    .addOption(
      new Option(
        '--share <folder>',
        'with --queue: a folder to which all machines can write (default: the path of --out with .queue at its end, which is removed when the run is finished)',
      ),
    )
    .addOption(
      new Option(
        '--parts <n>',
        'with --queue: the number of parts (default: parts of about ten minutes, and at least four per worker)',
      ).argParser(count),
    )
    .addOption(queueOptions.lock());
}

/** Options that say how one machine works. */
const OF_ONE_MACHINE = ['workers', 'shard', 'checkpoint', 'every', 'resume'];
/** Options that only mean something on a queue. */
const OF_QUEUE = ['share', 'parts', 'attach', 'lock'];

/** Refuses options that do not fit together. */
export function requireQueueOptions({ queue }: QueueChoice, isGiven: (option: string) => boolean): void {
  const idle = (queue === undefined ? OF_QUEUE : OF_ONE_MACHINE).find(isGiven);
  if (idle === undefined) return;
  throw new CliError(
    EXIT.usage,
    queue === undefined
      ? `--${idle} is for a run on a queue. Give the queue with --queue URL, or leave it out.`
      : `--${idle} says how one machine works, but with --queue the workers do that: give it to deconvnet work, if that has it, or leave it out.`,
  );
}

/** The shared folder of a run if nobody names one. */
export function ownShare(out: string): string {
  return `${out}.queue`;
}

/** Removes the shared folder of a run that is finished, if it is not one that others use, too. */
export async function removeOwnShare({ queue, share }: QueueChoice, out: string): Promise<void> {
  if (queue !== undefined && share === undefined) await rm(ownShare(out), { recursive: true, force: true });
}

/** The times of a lock in milliseconds, from the option in seconds. */
export function lockTimes(seconds: number): { readonly lockDuration: number; readonly stalledInterval: number } {
  const lockDuration = Math.round(1000 * seconds);
  return { lockDuration, stalledInterval: lockDuration };
}
