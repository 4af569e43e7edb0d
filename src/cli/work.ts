import { type Command, InvalidArgumentError, Option } from 'commander';
import { counted } from '../errors/counted.js';
import { amount, index, options } from './options.js';
import { lockTimes, queueOptions } from './queue-options.js';
import type { Terminal } from './terminal.js';

interface WorkChoice {
  readonly queue: string;
  readonly share?: string;
  readonly allow?: readonly string[];
  readonly map?: Readonly<Record<string, string>>;
  readonly allowHost?: readonly string[];
  readonly workers?: number;
  readonly import?: string;
  readonly every: number;
  readonly untilIdle?: boolean;
  readonly lock: number;
}

/** `deconvnet work`: works for the runs on a queue. */
export function addWork(program: Command, terminal: Terminal): void {
  program
    .command('work')
    .summary('work for the runs on a queue, on each of many machines')
    .description(
      'Works for the runs that deconvnet mine --queue and deconvnet gallery --queue put on a queue, until it is stopped. Start it once per machine. It reads files only from the folders that are named here, and takes no code from the queue. When it is stopped (Ctrl-C, SIGTERM), it hands back its part with what is done of it.',
    )
    .addOption(queueOptions.queue('the address of the Redis server').makeOptionMandatory())
    .addOption(
      new Option(
        '--share <folder>',
        'the shared folder on this machine (default: where the run says, as --map maps it)',
      ),
    )
    .addOption(
      new Option(
        '--allow <folder>',
        'a folder from which models and pictures may be read; can be repeated (default: the current folder, if there is no --allow)',
      ).argParser(list),
    )
    .addOption(
      new Option(
        '--map <there=here>',
        'a folder of the machine that began a run, and the same folder on this machine, such as /data=/mnt/data; can be repeated',
      ).argParser(map),
    )
    .addOption(options.allowHost())
    .addOption(
      new Option(
        '--workers <n>',
        'the number of worker threads; 0: none beside the main thread (default: one per core if the work is long and memory suffices)',
      ).argParser(index),
    )
    .addOption(
      new Option('--every <seconds>', 'the least time between two checkpoints of a part')
        .argParser(amount)
        .default(120),
    )
    .option('--until-idle', 'end when there is nothing to do any more')
    .addOption(queueOptions.lock())
    .addOption(options.import())
    .addHelpText(
      'after',
      `
Examples:
  deconvnet work --queue redis://queue.local:6379 --share /mnt/share --allow /mnt/data
  deconvnet work --queue redis://queue.local:6379 --share /mnt/share --map /data=/mnt/data --until-idle`,
    )
    .action(async (given: WorkChoice) => {
      const { queue, share, allow, allowHost, map, workers, every, untilIdle = false, lock } = given;
      const { work } = await import('deconvnet/queue');
      const say = (text: string): unknown => terminal.err.write(`${text}\n`);
      const { parts } = await terminal.interruptible((signal) =>
        work({
          ...{ queue, every, untilIdle, signal, ...lockTimes(lock) },
          ...(share !== undefined && { share }),
          ...(allow && { folders: allow }),
          ...(map && { map }),
          ...(allowHost && { allowHosts: allowHost }),
          ...(workers !== undefined && { workers }),
          ...(given.import !== undefined && { setup: given.import }),
          onReady: (worker) => say(`This worker, ${worker}, waits for runs. Ctrl-C stops it.`),
          onRun({ run, what, reason }) {
            if (what === 'refused') say(`This worker does not join the run ${run}. ${reason}`);
            else say(what === 'joined' ? `Joined the run ${run}.` : `Left the run ${run}.`);
          },
          onPart: ({ part, parts: all, what, reason }) =>
            say(`Part ${part} of ${all}: ${what}${reason === undefined ? '' : `. ${reason}`}`),
        }),
      );
      terminal.out.write(`${counted(parts, 'part')} done\n`);
    });
}

function list(folder: string, folders: readonly string[] = []): string[] {
  return [...folders, folder];
}

function map(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('It must be two folders: /data=/mnt/data.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
