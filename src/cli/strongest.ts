import { type Command, Option } from 'commander';
import type { Deconvnet, Patch, Region } from 'deconvnet';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { type Library, loadLibrary } from './load-library.js';
import { openNetwork, requireInputFormat } from './open-network.js';
import { count, IMAGE_ARGUMENT, MODEL_ARGUMENT, type ModelOptions, names, options } from './options.js';
import { type PictureOptions, readingOptions } from './picture-options.js';
import { readImage } from './read-image.js';
import { pixelsText, type Terminal, table } from './terminal.js';

interface StrongestOptions extends ModelOptions, PictureOptions {
  readonly layer?: readonly string[];
  readonly top?: number;
  readonly json?: boolean;
}

/** A feature map with its strongest activation on a picture. */
type Strong = { readonly layer: string; readonly featureMap: number } & Omit<Patch, 'id' | 'label' | 'pixels'>;

/** How many feature maps are listed if one layer is chosen, and for each layer if several are. */
const TOP = { one: 9, several: 3 } as const;

/** `deconvnet strongest`: lists which feature maps fire most on a picture. */
export function addStrongest(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('strongest')
    .summary('list the feature maps that fire most on a picture: which ones to look at')
    .description(
      'Lists the feature maps with the largest activations on one picture, strongest first: the activation, its position in the feature map, and what it sees of the picture. Feature maps that do not fire are left out.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<image>', IMAGE_ARGUMENT)
    .addOption(
      new Option(
        '--layer <names>',
        'the layer, or several separated by commas (default: the nonlinearities above the convolutions)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--top <n>',
        `feature maps per layer (default: ${TOP.one} for a single layer, ${TOP.several} for each of several layers)`,
      ).argParser(count),
    )
    .option('--json', 'print JSON instead of a table')
    .addOption(options.allowHost())
    .addOption(options.input())
    .addOption(options.rule())
    .addOption(options.fallback())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText(
      'after',
      `
Examples:
  deconvnet strongest vgg16/model.json cat.jpg --input caffe
  deconvnet strongest vgg16/model.json cat.jpg --input caffe --layer block4_conv2 --top 20`,
    )
    .action(async (model: string, path: string, given: StrongestOptions) => {
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireInputFormat(deconvnet, model, terminal);
      const found = await strongestIn(library, deconvnet, { path, ...given });
      terminal.out.write(given.json ? `${JSON.stringify(found, null, 2)}\n` : strongTable(found));
    });
}

/** One way up serves all layers: a miner finds the strongest activation of every feature map. */
async function strongestIn(
  library: Library,
  deconvnet: Deconvnet,
  { path, layer: layers, top, ...given }: { readonly path: string } & StrongestOptions,
): Promise<Strong[]> {
  const miner = new library.PatchMiner(deconvnet, { ...(layers && { layers }), k: 1, maxBytes: 0 });
  const image = await readImage(library, deconvnet, path, readingOptions(given));
  await miner.run([{ id: path, image }]);
  const limit = top ?? (miner.layers.length === 1 ? TOP.one : TOP.several);
  const found = miner.layers.flatMap((layer) =>
    miner
      .minedMaps(layer)
      .flatMap((featureMap) =>
        miner.top(layer, featureMap).map(({ id: _, ...patch }): Strong => ({ layer, featureMap, ...patch })),
      )
      .sort((a, b) => b.activation - a.activation || a.featureMap - b.featureMap)
      .slice(0, limit),
  );
  if (found.length > 0) return found;
  throw new CliError(EXIT.input, `No feature map of ${miner.layers.join(', ')} fires on this picture.`);
}

function strongTable(found: readonly Strong[]): string {
  const head = ['layer', 'feature map', 'activation', 'position', 'sees'];
  return table([head, ...found.map(row)]);
}

function row({ layer, featureMap, activation, probability, position, receptiveField, landing }: Strong): string[] {
  const value = activation.toPrecision(4);
  return [
    layer,
    String(featureMap),
    probability === undefined ? value : `${value} (probability ${probability.toPrecision(3)})`,
    position.join(',') || 'its unit',
    boxText(receptiveField) === boxText(landing)
      ? boxText(landing)
      : `${boxText(receptiveField)}, lands in ${boxText(landing)}`,
  ];
}

function boxText({ start, size }: Region): string {
  return `${pixelsText(size)} from ${start.join(',')}`;
}
