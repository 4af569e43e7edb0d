import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Deconvnet, PatchMiner } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { type Library, loadLibrary, packageVersion } from './load-library.js';
import { minePictures, tellReport } from './mine-pictures.js';
import { addMiningOptions, type MiningOptions } from './mining-options.js';
import { openNetwork, requireInputFormat } from './open-network.js';
import { options } from './options.js';
import { startProgress } from './progress.js';
import { readImage } from './read-image.js';
import { requireMirrors } from './require-mirrors.js';
import { shellWords, type Terminal } from './terminal.js';

interface GalleryOptions extends MiningOptions {
  readonly out: string;
  readonly from?: string;
  readonly title?: string;
}

/** `deconvnet gallery`: the strongest patches of every feature map and their projections, as a page. */
export function addGallery(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('gallery')
    .summary('make a page of the strongest patches of each feature map, with their projections')
    .description(
      'Looks through pictures for the strongest patches of each feature map, or takes what deconvnet mine found in them, projects them to the pixels, and writes a page that any browser opens.',
    )
    .argument('<model>', 'a model.json, or the folder that holds one')
    .argument(
      '[images]',
      'a folder of pictures, or of a folder for each class; with --from, where pixels that were not kept are read again',
    )
    .addOption(options.out('the folder to write'))
    .addOption(new Option('--from <state>', 'what deconvnet mine or merge wrote: nothing is mined then'))
    .addOption(new Option('--title <text>', "the page's heading"))
    .addOption(new Option('--checkpoint <file>', 'keep the mining in a file, to go on with --resume (default: none)'));
  addMiningOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  deconvnet gallery cifar/model.json cifar/test --out gallery
  deconvnet gallery vgg16/model.json photos --out gallery --input caffe --layers block3_conv3,block4_conv3 --maps 32
  deconvnet gallery vgg16/model.json val --from val.state --out gallery --input caffe
  deconvnet gallery vgg16/model.json val --from val.state --out gallery/block5 --input caffe --layers block5_conv1,block5_conv2`,
    )
    .action(async (model: string, pictures: string | undefined, given: GalleryOptions, command: Command) => {
      const started = Date.now();
      const { from, out, layers, followLinks = false } = given;
      if (from === undefined && pictures === undefined) {
        throw new CliError(
          EXIT.usage,
          'Say which pictures to look through (IMAGES), or what was found in them (--from STATE).',
        );
      }
      if (from !== undefined) requireNothingToMine(given, (name) => command.getOptionValueSource(name) === 'cli');
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireInputFormat(deconvnet, model);
      if (pictures !== undefined) requireApart(out, pictures);
      if (from === undefined) requireMirrors(deconvnet, layers, terminal);
      await makeFolder(out);
      const images = pictures === undefined ? [] : await library.listPictures(pictures, { followLinks });
      const kept = from === undefined ? undefined : await library.readState(from, deconvnet);
      if (kept && pictures === undefined) tellBlank(kept, layers, terminal);
      const { mined, index, maps } = await terminal.interruptible(async (signal) => {
        const mined = kept
          ? undefined
          : await minePictures(library, deconvnet, { model, images, given, args, terminal, signal });
        const drawn = await draw(library, kept ?? mined!.miner, { images, args, terminal, given, signal });
        return { mined, ...drawn };
      });
      if (mined) tellReport(mined, terminal);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      terminal.err.write(`${maps} feature maps in ${seconds} s\n`);
      terminal.out.write(`${index}\n`);
    });
}

/** Of a state, its k and its pictures are settled: options that would choose them would do nothing. */
function requireNothingToMine({ maps }: GalleryOptions, isGiven: (option: string) => boolean): void {
  const idle = ['top', 'perImage', 'maxBytes', 'limit', 'shard', 'workers', 'checkpoint', 'every', 'resume'].find(
    isGiven,
  );
  const option = idle ?? (Object.keys(maps?.byLayer ?? {}).length > 0 ? 'maps LAYER=...' : undefined);
  if (option === undefined) return;
  const flag = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new CliError(
    EXIT.usage,
    `--${idle ? flag : option} says what to mine, and with --from nothing is mined: leave it out.`,
  );
}

/** Of what was not kept nothing can be drawn without the pictures. */
function tellBlank(miner: PatchMiner, layers: readonly string[] | undefined, { err }: Terminal): void {
  const bare = (layers ?? miner.layers).filter((layer) => !miner.keepsPixels(layer));
  if (bare.length === 0) return;
  err.write(
    `Warning: the state keeps no pixels of ${bare.join(', ')}: their patches stay blank. Give the folder of pictures too: deconvnet gallery MODEL IMAGES --from STATE.\n`,
  );
}

/** A gallery among the pictures would be mined with them the next time. */
function requireApart(out: string, pictures: string): void {
  const path = relative(resolve(pictures), resolve(out));
  if (path.startsWith('..')) return;
  throw new CliError(
    EXIT.usage,
    `--out ${out} lies in the folder of pictures, ${pictures}: name a folder outside of it.`,
  );
}

/** Before the work and not after it: a path that cannot be written costs minutes otherwise. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new CliError(EXIT.usage, `--out ${path} cannot be made: ${(error as Error).message}.`);
  }
}

interface Drawing {
  readonly images: readonly PictureFile[];
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly given: GalleryOptions;
  readonly signal: AbortSignal;
}

async function draw(
  library: Library,
  miner: PatchMiner,
  { images, args, terminal, given, signal }: Drawing,
): Promise<{ readonly index: string; readonly maps: number }> {
  const { out, title, maps, backend, from, layers = miner.layers } = given;
  const first = from === undefined ? undefined : maps?.first;
  const total = layers.reduce(
    (sum, layer) => sum + Math.min(first ?? Number.POSITIVE_INFINITY, miner.minedMaps(layer).length),
    0,
  );
  const progress = startProgress(terminal, 'Projecting feature maps', total);
  try {
    return await library.writeGallery(miner, {
      out,
      layers,
      ...(title !== undefined && { title }),
      ...(first !== undefined && { maps: first }),
      command: `deconvnet ${shellWords(args)}`,
      versions: { deconvnet: packageVersion(), backend, node: process.versions.node },
      date: new Date(),
      ...(images.length > 0 && { source: imageById(library, miner.deconvnet, images) }),
      onProgress: ({ done }) => progress.update(done),
      signal,
    });
  } finally {
    progress.stop();
  }
}

function imageById(
  library: Library,
  deconvnet: Deconvnet,
  images: readonly PictureFile[],
): (id: string) => ReturnType<typeof readImage> {
  const paths = new Map(images.map(({ id, path }) => [id, path]));
  return (id) => {
    const path = paths.get(id);
    if (path === undefined) {
      throw new CliError(
        EXIT.input,
        `The picture ${id} was mined and is not in the folder now: give the folder that was mined.`,
      );
    }
    return readImage(library, deconvnet, path);
  };
}
