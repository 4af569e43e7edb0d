import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { counted } from '../errors/counted.js';
import { readFault } from '../node/read-fault.js';
import { checkOutputs } from './check-outputs.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { loadLibrary } from './load-library.js';
import { openNetwork } from './open-network.js';
import { type ModelOptions, options } from './options.js';
import { pictureCount, type Terminal } from './terminal.js';

interface MergeOptions extends ModelOptions {
  readonly out: string;
}

/** `deconvnet merge`: merges states that were mined from parts of a data set. */
export function addMerge(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('merge')
    .summary('merge states that were mined from parts of a data set')
    .description(
      'Merges states that deconvnet mine wrote for parts of a data set (--shard). The order makes no difference: the result is, to the byte, the same as that of one run over all pictures.',
    )
    .argument('<model>', 'the model with which the states were mined')
    .argument('<states...>', 'the state files, one per part')
    .addOption(options.out('the state file to write'))
    .addOption(options.input())
    .addOption(options.labels())
    .addOption(options.rule())
    .addOption(options.fallback())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText(
      'after',
      '\nExample:\n  deconvnet merge vgg16/model.json half-1.state half-2.state --input caffe --out val.state',
    )
    .action(async (model: string, states: string[], given: MergeOptions) => {
      const twins = await findTwins(states);
      const parts = states.map((path) => ({ what: 'one of the states to merge', path }));
      await checkOutputs([{ flag: '--out', path: given.out, kind: 'state' }], parts);
      const library = await loadLibrary(given.backend, { pictures: false, args });
      const deconvnet = await openNetwork(library, model, given, { weights: false });
      const [first, ...others] = states as [string, ...string[]];
      const miner = await library.readState(first, deconvnet);
      for (const path of others) {
        const part = await library.readState(path, deconvnet);
        const twin = twins.get(path);
        // Shards that have no pictures all have the same state.
        if (twin !== undefined && part.images > 0) {
          throw new CliError(EXIT.usage, `${twin} and ${path} are the same. Give each part of a data set once.`);
        }
        // Otherwise the order of merging would decide which pixels are kept.
        if (part.maxBytes !== miner.maxBytes) {
          throw new CliError(
            EXIT.input,
            `${first} was mined with --max-bytes ${miner.maxBytes}, but ${path} with ${part.maxBytes}. Mine all parts with the same value.`,
          );
        }
        try {
          miner.merge(part);
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'state-mismatch') throw error;
          throw new CliError(EXIT.input, `${path} cannot be merged with ${first}: ${(error as Error).message}`);
        }
      }
      await library.writeState(given.out, miner);
      terminal.out.write(`${given.out}: ${pictureCount(miner.images)}, of ${counted(states.length, 'state')}\n`);
    });
}

/**
 * Finds states that are given twice, because their pictures would be counted twice.
 *
 * @returns by path of a state: the path of an equal one before it
 */
async function findTwins(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const seen = new Map<string, string>();
  const twins = new Map<string, string>();
  for (const path of paths) {
    const bytes = await readFile(path).catch((error: unknown) => {
      throw new CliError(EXIT.input, `The state ${path} cannot be read: ${readFault(error)}.`);
    });
    const hash = createHash('sha256').update(bytes).digest('hex');
    const twin = seen.get(hash);
    if (twin === undefined) seen.set(hash, path);
    else twins.set(path, twin);
  }
  return twins;
}
