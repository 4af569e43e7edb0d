import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shard } from 'deconvnet/node';
import { amount, count, index, type ModelOptions, names, options } from './options.js';
import { type MapChoice, mapChoice } from './read-maps.js';

/** What a command that mines takes. */
export interface MiningOptions extends ModelOptions {
  readonly layers?: string[];
  readonly maps?: MapChoice;
  readonly top: number;
  readonly perImage: number;
  readonly maxBytes?: number;
  readonly limit?: number;
  readonly shard?: Shard;
  readonly followLinks?: boolean;
  readonly maxPixels?: number;
  readonly workers: number;
  readonly checkpoint?: string;
  readonly every: number;
  readonly resume?: boolean;
}

/** Adds them, in the order in which they are shown. */
export function addMiningOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--layers <names>',
        'layers, between commas (default: all convolutions, or all that a state holds)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--maps <which>',
        'only some feature maps: the first n of each layer, or some of one, as conv3=0-31,64; may be given again (default: all)',
      ).argParser(mapChoice),
    )
    .addOption(new Option('--top <n>', 'patches a feature map').argParser(count).default(9))
    .addOption(new Option('--per-image <n>', 'patches of one picture, at most').argParser(count).default(1))
    .addOption(
      new Option(
        '--max-bytes <n>',
        'bytes of pixels to keep; where that is not enough, ids alone (default: 256 MiB)',
      ).argParser(index),
    )
    .addOption(options.limit())
    .addOption(new Option('--shard <i/n>', 'only every n-th picture, from the i-th on: one part of n').argParser(shard))
    .option('--follow-links', 'follow links that lead out of the folder of pictures')
    .addOption(
      new Option('--max-pixels <n>', 'refuse pictures of more pixels (default: 16383 x 16383)').argParser(count),
    )
    .addOption(
      new Option(
        '--workers <n>',
        'threads that mine, one a core at best; each holds the network once more; 0: the main thread does it',
      )
        .argParser(index)
        .default(0),
    )
    .addOption(new Option('--every <seconds>', 'time between checkpoints').argParser(amount).default(60))
    .option('--resume', 'go on from the checkpoint, where there is one')
    .addOption(options.input())
    .addOption(options.labels())
    .addOption(options.rule())
    .addOption(options.fallback())
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
