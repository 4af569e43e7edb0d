import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Projection } from 'deconvnet';
import { checkOutputs } from './check-outputs.js';
import { drawProjection, VISIBLE } from './draw-projection.js';
import { loadLibrary } from './load-library.js';
import { openNetwork, requireInputFormat } from './open-network.js';
import {
  type ContrastChoice,
  count,
  IMAGE_ARGUMENT,
  index,
  MODEL_ARGUMENT,
  type ModelOptions,
  options,
} from './options.js';
import { readImage } from './read-image.js';
import { scaleText, type Terminal } from './terminal.js';

interface ProjectOptions extends ModelOptions, ContrastChoice {
  readonly layer: string;
  readonly map: number;
  readonly position: 'all' | 'strongest' | number[];
  readonly crop?: boolean;
  readonly zoom?: number;
  readonly out: string;
}

/** `deconvnet project`: projects one feature map of one picture to the pixels. */
export function addProject(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('project')
    .summary('project one feature map of one picture to the pixels')
    .description(
      'Projects the activation of one feature map on one picture to the pixels, and draws it. Mid-grey is zero. For a network that takes signals, the signal is a line, and the projection is the colour behind it (red above zero, blue below).',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<image>', IMAGE_ARGUMENT)
    .addOption(new Option('--layer <name>', 'the name of the layer (see deconvnet layers)').makeOptionMandatory())
    .addOption(
      new Option('--map <n>', 'the number of the feature map, counted from 0').argParser(index).makeOptionMandatory(),
    )
    .addOption(
      new Option('--position <where>', 'which activations: all, strongest, or y,x for a single one')
        .argParser(position)
        .default('all'),
    )
    .option('--crop', 'draw only the receptive field')
    .addOption(options.out('the PNG to write'))
    .addOption(
      new Option(
        '--zoom <n>',
        `the factor by which the drawing is enlarged (default: enough for at least ${VISIBLE} pixels)`,
      ).argParser(count),
    )
    .addOption(options.contrast())
    .addOption(options.gamma())
    .addOption(options.input())
    .addOption(options.rule())
    .addOption(options.fallback())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText(
      'after',
      '\nExample:\n  deconvnet project vgg16/model.json cat.jpg --input caffe --layer block4_conv2 --map 12 --position strongest --out map12.png',
    )
    .action(async (model: string, path: string, given: ProjectOptions) => {
      const picture = { what: 'the picture to project', path };
      await checkOutputs([{ flag: '--out', path: given.out, kind: 'picture' }], [picture]);
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireInputFormat(deconvnet, model, path);
      const image = await readImage(library, deconvnet, path);
      const projection = await deconvnet.project(image, {
        layer: given.layer,
        featureMap: given.map,
        position: given.position,
        crop: given.crop === true,
      });
      const drawn = await drawProjection(library, image, projection, given);
      image.dispose();
      await library.writePicture(given.out, drawn);
      terminal.out.write(`${given.out}: ${describe(projection)}\n`);
      if (!projection.empty) terminal.out.write(`${scaleText(drawn)}\n`);
      if (projection.empty) {
        terminal.err.write('The projection is empty: it is zero everywhere, so the drawing shows nothing.\n');
      }
      projection.dispose();
    });
}

function describe({ layer, featureMap, activation, position: at, receptiveField }: Projection): string {
  const where = at === 'all' ? 'whole, strongest activation' : `at ${at.join(',') || 'its unit'}, activation`;
  const { start, size } = receptiveField;
  return `${layer}, feature map ${featureMap}, ${where} ${activation.toPrecision(4)}, sees ${size.length === 0 ? 'the whole input' : `${size.join('x')} pixels from ${start.join(',')}`}`;
}

function position(text: string): ProjectOptions['position'] {
  if (text === 'all' || text === 'strongest') return text;
  if (!/^\d+(,\d+)*$/.test(text)) {
    throw new InvalidArgumentError('It must be all, strongest, or a position such as 3,4 (y,x, counted from 0).');
  }
  return text.split(',').map(Number);
}
