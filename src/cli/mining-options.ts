import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shard } from 'deconvnet/node';
import { amount, count, index, type ModelOptions, names, options } from './options.js';
import type { PictureOptions } from './picture-options.js';
import { addQueueOptions, type QueueChoice } from './queue-options.js';
import { type MapChoice, mapChoice } from './read-maps.js';

/** The options of a command that mines. */
export interface MiningOptions extends ModelOptions, PictureOptions, QueueChoice {
  readonly layers?: readonly string[];
  readonly maps?: MapChoice;
  readonly top: number;
  readonly perImage: number;
  readonly maxBytes?: number;
  readonly limit?: number;
  readonly shard?: Shard;
  readonly followLinks?: boolean;
  readonly workers?: number;
  readonly checkpoint?: string;
  readonly every: number;
  readonly resume?: boolean;
}

/** Adds the options for mining, in the order in which the help shows them. */
export function addMiningOptions(command: Command, rule: Option = options.rule()): Command {
  const mining = command
    .addOption(
      new Option(
        '--layers <names>',
        'names of layers, separated by commas, or all (default: the nonlinearities above the convolutions, or all layers of a state)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--maps <which>',
        'only some feature maps: a number n for the first n of each layer, ranges for each layer, such as 8-15, or for one layer, such as conv3=0-31,64; can be repeated (default: all)',
      ).argParser(mapChoice),
    )
    .addOption(new Option('--top <n>', 'patches per feature map').argParser(count).default(9))
    .addOption(
      new Option('--per-image <n>', 'the largest number of patches from one picture in the same feature map')
        .argParser(count)
        .default(1),
    )
    .addOption(
      new Option(
        '--max-bytes <n>',
        'bytes of pixels to keep; layers that need more only keep ids of pictures (default: 256 MiB)',
      ).argParser(index),
    )
    .addOption(options.limit())
    .addOption(
      new Option('--shard <i/n>', 'mine only part i of n: every n-th picture, beginning with the i-th').argParser(
        shard,
      ),
    )
    .addOption(options.followLinks())
    .addOption(options.allowHost())
    .addOption(
      new Option('--max-pixels <n>', 'refuse pictures with more pixels (default: 16383 x 16383)').argParser(count),
    )
    .addOption(
      new Option(
        '--workers <n>',
        'the number of worker threads; more than one per core do not help; each loads the network once more; 0: only the main thread works (default: one per core if the work is long and memory suffices)',
      ).argParser(index),
    )
    .addOption(new Option('--every <seconds>', 'the least time between two checkpoints').argParser(amount).default(60))
    .option('--resume', 'go on from the checkpoint, if it exists');
  return addQueueOptions(mining)
    .addOption(options.input())
    .addOption(options.labels())
    .addOption(rule)
    .addOption(options.fallback())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend());
}

function shard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!(Number(index) >= 1 && Number(index) <= Number(count))) {
    throw new InvalidArgumentError('It must be i/n, with i from 1 to n: 2/4 is the second of four parts.');
  }
  return { index: Number(index), count: Number(count) };
}
