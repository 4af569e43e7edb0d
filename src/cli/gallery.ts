import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { PatchMiner } from 'deconvnet';
import { counted } from '../errors/counted.js';
import { checkOutputs } from './check-outputs.js';
import { checkCheckpoint, checkpointFiles, removeCheckpoint } from './checkpoint.js';
import { chooseLayers, meansAll } from './choose-layers.js';
import { CliError } from './cli-error.js';
import { addCompareOptions, openComparison, requireComparison } from './comparison.js';
import { drawGallery, type GalleryOptions } from './draw-gallery.js';
import { drawGalleryOnQueue } from './draw-on-queue.js';
import { EXIT } from './exit-code.js';
import { galleryCheckpoint, mineForGallery, removeEmptyFolders } from './gallery-checkpoint.js';
import { listImages } from './list-images.js';
import { loadLibrary } from './load-library.js';
import { mineOnQueue } from './mine-on-queue.js';
import { minePictures, tellReport } from './mine-pictures.js';
import { addMiningOptions } from './mining-options.js';
import { openModel, requireInputFormat } from './open-network.js';
import { MODEL_ARGUMENT, options, URL_LIST } from './options.js';
import { readingOptions } from './picture-options.js';
import { ownShare, removeOwnShare, requireQueueOptions } from './queue-options.js';
import { mapsOfState } from './read-maps.js';
import { sizeText } from './size-text.js';
import { suitRule, tellRule } from './suit-rule.js';
import { pictureCount, type Terminal } from './terminal.js';
import { unfinishedGallery } from './unfinished-gallery.js';

/** `deconvnet gallery`: makes a page with the strongest patches of every feature map and their projections. */
export function addGallery(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('gallery')
    .summary('make a page of the strongest patches of each feature map, with their projections')
    .description(
      'Searches pictures for the strongest patches of each feature map (or reads those that deconvnet mine found), projects them to the pixels, and writes a page that any browser opens.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument(
      '[images]',
      `a folder of pictures (or of signals, .npy or .json), which may have one subfolder per class; or ${URL_LIST}; with --from, they are only needed for pixels that the state does not contain`,
    )
    .addOption(options.out('the folder to write to'))
    .addOption(new Option('--from <state>', 'a state file that deconvnet mine or merge wrote; nothing is mined then'))
    .addOption(options.title())
    .addOption(
      new Option(
        '--zoom <what>',
        'what a tile shows: only the part of the patch in which the projections are (focus), or all of it (field)',
      )
        .choices(['focus', 'field'])
        .default('focus'),
    )
    .addOption(options.contrast())
    .addOption(options.gamma())
    .addOption(
      new Option(
        '--checkpoint <file>',
        'a file that saves the mining, so that --resume can continue it (default: a file in the folder of the gallery, from which the same command goes on)',
      ),
    );
  addMiningOptions(addCompareOptions(command), options.chosenRule())
    .addHelpText(
      'after',
      `
Examples:
  deconvnet gallery cifar/model.json cifar/test --out gallery
  deconvnet gallery vgg16/model.json photos --out gallery --input caffe --layers block3_conv3,block4_conv3 --maps 32
  deconvnet gallery vgg16/model.json val --from val.state --out gallery --input caffe
  deconvnet gallery vgg16/model.json val --from val.state --out gallery/block5 --input caffe --layers block5_conv1,block5_conv2
  deconvnet gallery cifar/model.json cifar/test --from cifar.state --out gallery --compare cifar.state --compare-rule guided`,
    )
    .action(async (model: string, pictures: string | undefined, given: GalleryOptions, command: Command) => {
      const started = Date.now();
      requireQueueOptions(given, (name) => command.getOptionValueSource(name) === 'cli');
      const { from, out } = given;
      if (from === undefined && pictures === undefined) {
        throw new CliError(
          EXIT.usage,
          'Give the pictures to search (IMAGES), or a state with what was found in them (--from STATE).',
        );
      }
      if (from !== undefined) requireNothingToMine((name) => command.getOptionValueSource(name) === 'cli');
      requireComparison(given);
      if (pictures !== undefined) requireApart(out, pictures);
      await checkOutputs([
        { flag: '--out', path: out, kind: 'gallery' },
        ...(given.checkpoint === undefined
          ? []
          : [{ flag: '--checkpoint', path: given.checkpoint, kind: 'checkpoint' } as const]),
      ]);
      const alone = from === undefined && given.queue === undefined;
      const { checkpoint = alone ? galleryCheckpoint(out) : undefined } = given;
      if (given.checkpoint !== undefined) await checkCheckpoint(given.checkpoint, given.resume === true);
      const resume = checkpoint !== undefined && (given.resume ?? (await checkpointFiles(checkpoint)).length > 0);
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const withRule = await openModel(library, model, given);
      const opened = withRule(given.rule);
      requireInputFormat(opened, model, terminal);
      const images = pictures === undefined ? [] : await listImages(library, opened, pictures, given);
      const read = from === undefined ? undefined : await library.readState(from, opened);
      const { layers: named, ...others } = given;
      const layers = read ? layersOf(read, named) : chooseLayers(library, opened, { named, fewOfMany: true, terminal });
      const shown = read && given.maps && mapsOfState(read, layers, given.maps);
      const mined = layers ?? (read ?? new library.PatchMiner(opened, { maxBytes: 0 })).layers;
      const question = { deconvnet: opened, layers: mined, images, reading: readingOptions(given) };
      const choice = given.rule === undefined ? await suitRule(library, question, terminal) : undefined;
      if (choice) tellRule(choice, terminal);
      const changed = choice !== undefined && choice.rule !== 'deconvnet';
      const deconvnet = changed ? withRule(choice.rule) : opened;
      const kept = read && changed ? await library.readState(from!, deconvnet) : read;
      const compared = await openComparison(library, model, { ...given, ...(choice && { rule: choice.rule }) });
      if (kept && pictures === undefined) tellBlank(kept, layers, terminal);
      let drawing = false;
      const { found, index, maps, bytes, unread } = await terminal.interruptible(async (signal) => {
        const chosen = {
          ...{ ...others, resume, ...(checkpoint !== undefined && { checkpoint }) },
          ...{ ...(layers && { layers }), ...(choice && { rule: choice.rule }) },
        };
        const job = { model, images, given: chosen, shown, choice, compared, args, terminal, signal };
        try {
          // It computes with TensorFlow.js, which may be missing when the command starts.
          const { tellCost } = await import('./tell-cost.js');
          await tellCost(library, deconvnet, { ...job, kept, draws: true });
          const { queue, share = ownShare(out) } = given;
          if (queue !== undefined) {
            const choice = { ...given, queue, share };
            const found = kept ? undefined : await mineOnQueue(library, deconvnet, { ...job, choice, attach: false });
            return { found, ...(await drawGalleryOnQueue(library, kept ?? found!.miner, { ...job, queue, share })) };
          }
          const mine = given.checkpoint === undefined ? mineForGallery : minePictures;
          const found = kept ? undefined : await mine(library, deconvnet, job);
          drawing = true;
          return { found, ...(await drawGallery(library, kept ?? found!.miner, job)) };
        } catch (error) {
          if (given.queue !== undefined) throw error;
          await removeEmptyFolders(out);
          const left = await unfinishedGallery(given, { drawing, args });
          if (error === signal.reason) throw new CliError((error as CliError).exitCode, `Interrupted. ${left}`);
          if (drawing) terminal.err.write(`The gallery is not finished. ${left}\n`);
          throw error;
        }
      });
      await removeCheckpoint(checkpoint, terminal);
      await removeOwnShare(given, out);
      await removeEmptyFolders(out);
      if (found) tellReport(found, terminal);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      if (unread > 0) {
        terminal.err.write(
          `Warning: ${pictureCount(unread)} could not be read again, so the page shows only their outlines. Give the folder that was mined.\n`,
        );
      }
      terminal.err.write(`${counted(maps, 'feature map')} in ${seconds} s, ${sizeText(bytes)}\n`);
      terminal.out.write(`${index}\n`);
    });
}

/** The layers of a state to show; undefined for all. */
function layersOf(miner: PatchMiner, named: readonly string[] | undefined): readonly string[] | undefined {
  return meansAll(named, miner.layers) ? undefined : named;
}

/** Refuses options that say what to mine, because a state already has its pictures and its number of patches. */
function requireNothingToMine(isGiven: (option: string) => boolean): void {
  const idle = ['top', 'perImage', 'maxBytes', 'limit', 'shard', 'checkpoint', 'every', 'resume'].find(isGiven);
  if (idle === undefined) return;
  const flag = idle.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new CliError(EXIT.usage, `--${flag} says what to mine, but with --from nothing is mined. Leave it out.`);
}

/** Warns about patches whose pixels were not kept: without the pictures they cannot be drawn. */
function tellBlank(miner: PatchMiner, layers: readonly string[] | undefined, { err }: Terminal): void {
  const bare = (layers ?? miner.layers).filter((layer) => !miner.keepsPixels(layer));
  if (bare.length === 0) return;
  err.write(
    `Warning: the state contains no pixels for ${bare.join(', ')}, so their patches stay blank. Give the folder of pictures too: deconvnet gallery MODEL IMAGES --from STATE.\n`,
  );
}

/** Refuses to write a folder of pictures into the folder that is read, because the next run would read them too. */
export function requireApart(out: string, pictures: string): void {
  const path = relative(resolve(pictures), resolve(out));
  if (path.startsWith('..')) return;
  throw new CliError(
    EXIT.usage,
    `--out ${out} is inside the folder of pictures, ${pictures}. Choose a folder outside of it.`,
  );
}
