import { type Command, Option } from 'commander';
import type { PatchMiner } from 'deconvnet';
import { counted } from '../errors/counted.js';
import { checkOutputs } from './check-outputs.js';
import { checkCheckpoint, isFinished, removeCheckpoint, resumeCommand } from './checkpoint.js';
import { chooseLayers } from './choose-layers.js';
import { CliError } from './cli-error.js';
import { listImages } from './list-images.js';
import { loadLibrary } from './load-library.js';
import { mineOnQueue } from './mine-on-queue.js';
import { minePictures, tellReport } from './mine-pictures.js';
import { addMiningOptions, type MiningOptions } from './mining-options.js';
import { openNetwork, requireInputFormat } from './open-network.js';
import { MODEL_ARGUMENT, options, URL_LIST } from './options.js';
import { ownShare, removeOwnShare, requireQueueOptions } from './queue-options.js';
import { pictureCount, type Terminal } from './terminal.js';

interface MineOptions extends MiningOptions {
  readonly out: string;
}

/** `deconvnet mine`: writes the strongest patches of every feature map to a file, for merging or for a gallery. */
export function addMine(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('mine')
    .summary('search many pictures, on several cores and in several runs')
    .description(
      'Searches pictures for the strongest patches of each feature map, and writes what it found to a file. This file, a state, is for deconvnet gallery --from and deconvnet merge. The run can be stopped or killed at any time, and continued with --resume.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument(
      '<images>',
      `a folder of pictures (or of signals, .npy or .json), which may have one subfolder per class; or ${URL_LIST}`,
    )
    .addOption(options.out('the state file to write'))
    .addOption(
      new Option(
        '--checkpoint <file>',
        'the file that saves the run (default: the path of the state, with .checkpoint at its end)',
      ),
    );
  addMiningOptions(command)
    .addOption(
      new Option(
        '--attach <id>',
        'with --queue: wait for a run that was begun before; its pictures are not listed again',
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  deconvnet mine vgg16/model.json val --input caffe --layers block4_conv3 --workers 4 --out val.state
  deconvnet mine vgg16/model.json val --input caffe --shard 1/2 --out half-1.state`,
    )
    .action(async (model: string, pictures: string, given: MineOptions, command: Command) => {
      requireQueueOptions(given, (name) => command.getOptionValueSource(name) === 'cli');
      const { out, checkpoint = `${out}.checkpoint` } = given;
      await checkOutputs([
        { flag: '--out', path: out, kind: 'state' },
        { flag: '--checkpoint', path: checkpoint, kind: 'checkpoint' },
      ]);
      await checkCheckpoint(checkpoint, given.resume === true);
      if (given.resume && (await isFinished(out, checkpoint))) {
        terminal.err.write(
          `The run is finished: the state ${out} exists, and there is no checkpoint ${checkpoint}. To mine again, leave out --resume.\n`,
        );
        return;
      }
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireInputFormat(deconvnet, model, terminal);
      const layers = chooseLayers(library, deconvnet, { named: given.layers, fewOfMany: false, terminal });
      const images = given.attach === undefined ? await listImages(library, deconvnet, pictures, given) : [];
      const mined = await terminal.interruptible(async (signal) => {
        const chosen = { ...given, ...(layers && { layers }), checkpoint };
        const job = { model, images, given: chosen, terminal, signal };
        const { queue, share = ownShare(out) } = given;
        if (queue !== undefined) {
          const found = await mineOnQueue(library, deconvnet, { ...job, choice: { ...given, queue, share }, args });
          await library.writeState(out, found.miner);
          return found;
        }
        let finished = false;
        try {
          // It computes with TensorFlow.js, which may be missing when the command starts.
          const { tellCost } = await import('./tell-cost.js');
          await tellCost(library, deconvnet, { ...job, draws: false });
          const found = await minePictures(library, deconvnet, job);
          finished = true;
          await library.writeState(out, found.miner);
          return found;
        } catch (error) {
          if (error === signal.reason) {
            throw new CliError((error as CliError).exitCode, `Interrupted. Go on with:${resumeCommand(args)}`);
          }
          if (finished) {
            terminal.err.write(
              `All that was mined is kept in ${checkpoint}. When the cause of the error below is fixed, go on with:${resumeCommand(args)}\n`,
            );
          }
          throw error;
        }
      });
      await removeCheckpoint(checkpoint, terminal);
      await removeOwnShare(given, out);
      tellReport(mined, terminal);
      const { miner } = mined;
      tellBare(miner, terminal);
      const maps = miner.layers.reduce((sum, layer) => sum + miner.minedMaps(layer).length, 0);
      terminal.out.write(
        `${out}: ${pictureCount(miner.images)}, ${counted(maps, 'feature map')} of ${miner.layers.join(', ')}\n`,
      );
    });
}

/** Reports layers whose pixels were not kept. The state may be used on a computer that does not have the pictures. */
function tellBare(miner: PatchMiner, { err }: Terminal): void {
  const bare = miner.layers.filter((layer) => !miner.keepsPixels(layer));
  if (bare.length === 0) return;
  err.write(
    `Only ids are kept for ${bare.join(', ')}, because pixels may need more than --max-bytes ${miner.maxBytes}. To draw these patches, deconvnet gallery --from needs the pictures again.\n`,
  );
}
