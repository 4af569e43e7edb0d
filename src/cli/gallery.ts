import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Deconvnet } from 'deconvnet';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { type Library, loadLibrary, packageVersion } from './load-library.js';
import { openNetwork, requireInputFormat } from './open-network.js';
import { count, type ModelOptions, names, options } from './options.js';
import { startProgress } from './progress.js';
import { readImage } from './read-image.js';
import { Skipped } from './skipped.js';
import { shellWords, type Terminal } from './terminal.js';

interface GalleryOptions extends ModelOptions {
  readonly out: string;
  readonly layers?: string[];
  readonly maps?: number;
  readonly top: number;
  readonly limit?: number;
  readonly title?: string;
}

/** `deconvnet gallery`: the strongest patches of every feature map and their projections, as a page. */
export function addGallery(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('gallery')
    .summary('make a page of the strongest patches of each feature map, with their projections')
    .description(
      'Looks through pictures for the strongest patches of each feature map, projects them to the pixels, and writes a page that any browser opens.',
    )
    .argument('<model>', 'a model.json, or the folder that holds one')
    .argument('<images>', 'a folder of pictures, or of a folder for each class')
    .addOption(options.out('the folder to write'))
    .addOption(new Option('--layers <names>', 'layers, between commas (default: all convolutions)').argParser(names))
    .addOption(new Option('--maps <n>', 'only the first feature maps of each layer (default: all)').argParser(count))
    .addOption(new Option('--top <n>', 'patches a feature map').argParser(count).default(9))
    .addOption(options.limit())
    .addOption(options.input())
    .addOption(options.labels())
    .addOption(options.rule())
    .addOption(options.fallback())
    .addOption(new Option('--title <text>', "the page's heading"))
    .addOption(options.backend())
    .addHelpText(
      'after',
      `
Examples:
  deconvnet gallery cifar/model.json cifar/test --out gallery
  deconvnet gallery vgg16/model.json photos --out gallery --input caffe --layers block3_conv3,block4_conv3 --maps 32`,
    )
    .action(async (model: string, pictures: string, given: GalleryOptions) => {
      const started = Date.now();
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireInputFormat(deconvnet, model);
      requireApart(given.out, pictures);
      requireMirrors(deconvnet, given.layers, terminal);
      await makeFolder(given.out);
      const command = `deconvnet ${shellWords(args)}`;
      const { index, maps } = await makeGallery(library, deconvnet, { pictures, command, terminal, given });
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      terminal.err.write(`${maps} feature maps in ${seconds} s\n`);
      terminal.out.write(`${index}\n`);
    });
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

/** Stops before the mining where a layer cannot be projected; of layers nobody named, tells which are left out. */
function requireMirrors({ layers }: Deconvnet, chosen: readonly string[] | undefined, { err }: Terminal): void {
  const blocked = layers.filter(
    ({ name, className, blockedBy }) =>
      blockedBy !== null && (chosen ? chosen.includes(name) : /Conv\dD/.test(className)),
  );
  const [first] = blocked;
  if (!first) return;
  const why = `layer '${first.blockedBy}' has no mirror; --fallback gradient takes its plain gradient`;
  if (chosen) throw new CliError(EXIT.input, `Layer '${first.name}' cannot be projected: ${why}.`);
  err.write(`Left out: ${blocked.map(({ name }) => name).join(', ')}, since ${why}.\n`);
}

/** Before the work and not after it: a path that cannot be written costs minutes otherwise. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new CliError(EXIT.usage, `--out ${path} cannot be made: ${(error as Error).message}.`);
  }
}

interface GalleryJob {
  readonly pictures: string;
  readonly command: string;
  readonly terminal: Terminal;
  readonly given: GalleryOptions;
}

async function makeGallery(
  library: Library,
  deconvnet: Deconvnet,
  { pictures, command, terminal, given }: GalleryJob,
): Promise<{ readonly index: string; readonly maps: number }> {
  const { out, layers, maps, top: k, limit, title, backend } = given;
  const { signal } = terminal;
  const miner = new library.PatchMiner(deconvnet, { k, ...(layers && { layers }) });
  const files = await library.listPictures(pictures);
  const skipped = new Skipped();
  const source = library.readPictures(files, deconvnet, {
    ...(limit !== undefined && { limit }),
    onSkip: skipped.add,
  });
  const mining = startProgress(terminal, 'Mining pictures', Math.min(limit ?? files.length, files.length));
  try {
    await miner.run(source, {
      signal,
      onProgress: ({ images }) => mining.update(images),
      // Pictures of different sizes do not fit into one batch.
      ...(deconvnet.inputSize === null && { batchSize: 1 }),
    });
  } finally {
    mining.stop();
  }
  const paths = new Map(files.map(({ id, path }) => [id, path]));
  const total = miner.layers.reduce(
    (sum, layer) => sum + Math.min(maps ?? Number.POSITIVE_INFINITY, miner.featureMaps(layer)),
    0,
  );
  const drawing = startProgress(terminal, 'Projecting feature maps', total);
  try {
    return await library.writeGallery(miner, {
      out,
      ...(title !== undefined && { title }),
      ...(maps !== undefined && { maps }),
      command,
      versions: { deconvnet: packageVersion(), backend, node: process.versions.node },
      date: new Date(),
      source: (id) => readImage(library, deconvnet, paths.get(id)!),
      onProgress: ({ done }) => drawing.update(done),
      signal,
    });
  } finally {
    drawing.stop();
    skipped.tell(terminal);
  }
}
