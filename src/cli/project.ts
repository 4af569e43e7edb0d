import type { Tensor } from '@tensorflow/tfjs-core';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Deconvnet, Picture, Projection, Region } from 'deconvnet';
import { stackPictures } from '../render/stack-pictures.js';
import { checkOutputs } from './check-outputs.js';
import { CliError } from './cli-error.js';
import { type DrawnProjection, drawProjection, VISIBLE } from './draw-projection.js';
import { EXIT } from './exit-code.js';
import { type Library, loadLibrary } from './load-library.js';
import { openNetwork, requireInputFormat } from './open-network.js';
import { type ContrastChoice, count, IMAGE_ARGUMENT, MODEL_ARGUMENT, type ModelOptions, options } from './options.js';
import { type PictureOptions, readingOptions } from './picture-options.js';
import { readImage } from './read-image.js';
import { mapsIn } from './read-maps.js';
import { pixelsText, scaleText, type Terminal } from './terminal.js';

interface ProjectOptions extends ModelOptions, PictureOptions, ContrastChoice {
  readonly layer: string;
  readonly map: 'strongest' | readonly number[];
  readonly position: 'all' | 'strongest' | number[];
  readonly crop?: boolean;
  readonly zoom?: number;
  readonly out: string;
}

/** Each of several drawings is enlarged until its longer side has at least this many pixels. */
const VISIBLE_AMONG = 128;
/** How many feature maps `--map strongest` draws. */
const STRONGEST = 9;

/** `deconvnet project`: projects one feature map of one picture to the pixels. */
export function addProject(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('project')
    .summary('project feature maps of one picture to the pixels')
    .description(
      'Projects the activations of a feature map on one picture to the pixels, and draws them. Mid-grey is zero. Several feature maps are drawn side by side, each on its own scale. For a network that takes signals, the signal is a line, and the projection is the colour behind it (red above zero, blue below).',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<image>', IMAGE_ARGUMENT)
    .addOption(new Option('--layer <name>', 'the name of the layer (see deconvnet layers)').makeOptionMandatory())
    .addOption(
      new Option(
        '--map <which>',
        `the number of the feature map, counted from 0; several such as 3,7,12 or 0-8; or strongest, for the ${STRONGEST} that fire most on the picture`,
      )
        .argParser(mapList)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--position <where>', 'which activations: all, strongest, or y,x for a single one')
        .argParser(position)
        .default('all'),
    )
    .option('--crop', 'draw only the pixels in which the signal can land')
    .addOption(options.out('the PNG to write'))
    .addOption(
      new Option(
        '--zoom <n>',
        `the factor by which the drawing is enlarged (default: enough for at least ${VISIBLE} pixels)`,
      ).argParser(count),
    )
    .addOption(options.contrast())
    .addOption(options.gamma())
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
  deconvnet project vgg16/model.json cat.jpg --input caffe --layer block4_conv2 --map 12 --position strongest --out map12.png
  deconvnet project vgg16/model.json cat.jpg --input caffe --layer block4_conv2 --map strongest --out strongest.png`,
    )
    .action(async (model: string, path: string, given: ProjectOptions) => {
      const picture = { what: 'the picture to project', path };
      await checkOutputs([{ flag: '--out', path: given.out, kind: 'picture' }], [picture]);
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireInputFormat(deconvnet, model, terminal, path);
      const image = await readImage(library, deconvnet, path, readingOptions(given));
      const { layer, position, crop = false } = given;
      const maps = given.map === 'strongest' ? await strongestMaps(deconvnet, image, layer) : given.map;
      const projections = await deconvnet.project(
        image,
        maps.map((featureMap) => ({ layer, featureMap, position, crop })),
      );
      const drawn: DrawnProjection[] = [];
      const visible = projections.length === 1 ? VISIBLE : VISIBLE_AMONG;
      for (const projection of projections)
        drawn.push(await drawProjection(library, image, projection, { ...given, visible }));
      const isSignal = image.rank < 4;
      image.dispose();
      await library.writePicture(given.out, arranged(library, drawn, isSignal));
      terminal.out.write(`${given.out}: ${described(projections, drawn, isSignal)}\n`);
      const empty = projections.filter((projection) => projection.empty);
      if (empty.length > 0) terminal.err.write(`${emptyWords(projections, empty)}\n`);
      for (const projection of projections) projection.dispose();
    });
}

async function strongestMaps(deconvnet: Deconvnet, image: Tensor, layer: string): Promise<number[]> {
  const found = await deconvnet.strongest(image, { layer, top: STRONGEST });
  if (found.length > 0) return found.map(({ featureMap }) => featureMap);
  throw new CliError(EXIT.input, `No feature map of layer '${layer}' fires on this picture.`);
}

/** One drawing; or several, as a montage of pictures row by row, or signals one below the other. */
function arranged({ montage }: Library, drawn: readonly Picture[], isSignal: boolean): Picture {
  if (drawn.length === 1) return drawn[0]!;
  if (isSignal) return stackPictures(drawn);
  return montage(drawn, { tile: Math.max(...drawn.map(({ width, height }) => Math.max(width, height))) });
}

function described(projections: readonly Projection[], drawn: readonly DrawnProjection[], isSignal: boolean): string {
  const separator = projections.length === 1 ? '\n' : '; ';
  const lines = projections.map((projection, i) =>
    projection.empty ? describe(projection) : `${describe(projection)}${separator}${scaleText(drawn[i]!)}`,
  );
  if (lines.length === 1) return lines[0]!;
  const where = isSignal ? 'one below the other' : `in rows of ${Math.ceil(Math.sqrt(lines.length))}`;
  return `${lines.length} feature maps ${where}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function emptyWords({ length }: readonly Projection[], empty: readonly Projection[]): string {
  if (length === 1) return 'The projection is empty: it is zero everywhere, so the drawing shows nothing.';
  const maps = empty.map(({ featureMap }) => featureMap).join(', ');
  return `The projections of these feature maps are zero everywhere, so their drawings show nothing: ${maps}.`;
}

function describe(projection: Projection): string {
  const { layer, featureMap, activation, probability, output, position: at } = projection;
  const where = at === 'all' ? 'whole, strongest activation' : `at ${at.join(',') || 'its unit'}, activation`;
  const beside =
    probability !== undefined
      ? ` (probability ${probability.toPrecision(4)})`
      : output !== undefined
        ? ` (output ${output.toPrecision(4)})`
        : '';
  const { receptiveField, landing } = projection;
  const lands = boxText(landing) === boxText(receptiveField) ? '' : `, lands in ${boxText(landing)}`;
  return `${layer}, feature map ${featureMap}, ${where} ${activation.toPrecision(4)}${beside}, sees ${boxText(receptiveField)}${lands}`;
}

function boxText({ start, size }: Region): string {
  return size.length === 0 ? 'the whole input' : `${pixelsText(size)} from ${start.join(',')}`;
}

function mapList(text: string): ProjectOptions['map'] {
  const maps = text === 'strongest' ? text : mapsIn(text);
  if (maps) return maps;
  throw new InvalidArgumentError('It must be strongest, or numbers of feature maps counted from 0: 12, or 3,7,12.');
}

function position(text: string): ProjectOptions['position'] {
  if (text === 'all' || text === 'strongest') return text;
  if (!/^\d+(,\d+)*$/.test(text)) {
    throw new InvalidArgumentError('It must be all, strongest, or a position such as 3,4 (y,x, counted from 0).');
  }
  return text.split(',').map(Number);
}
