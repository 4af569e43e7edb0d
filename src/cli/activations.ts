import type { Command } from 'commander';
import { Option } from 'commander';
import { counted } from '../errors/counted.js';
import { checkOutputs } from './check-outputs.js';
import { loadLibrary } from './load-library.js';
import { openNetwork, requireInputFormat } from './open-network.js';
import { type ContrastChoice, count, IMAGE_ARGUMENT, MODEL_ARGUMENT, type ModelOptions, options } from './options.js';
import { type PictureOptions, readingOptions } from './picture-options.js';
import { readImage } from './read-image.js';
import { scaleText, type Terminal } from './terminal.js';

interface ActivationsOptions extends ModelOptions, PictureOptions, ContrastChoice {
  readonly layer: string;
  readonly top: number;
  readonly columns?: number;
  readonly tile?: number;
  readonly out: string;
}

/** How many feature maps are named on the terminal. */
const NAMED = 12;

/** `deconvnet activations`: draws the feature maps of a layer for one picture. */
export function addActivations(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('activations')
    .summary('draw the feature maps of a layer for one picture')
    .description(
      'Draws what a layer computes for one picture: a grid of its feature maps, the strongest first, row by row, all on one scale. Bright is strong, and zero is the darkest colour (or mid-grey, if there are negative values).',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<image>', IMAGE_ARGUMENT)
    .addOption(new Option('--layer <name>', 'the name of the layer (see deconvnet layers)').makeOptionMandatory())
    .addOption(options.out('the PNG to write'))
    .addOption(new Option('--top <n>', 'the largest number of feature maps').argParser(count).default(64))
    .addOption(new Option('--columns <n>', 'feature maps per row (default: as many as make a square)').argParser(count))
    .addOption(
      new Option(
        '--tile <n>',
        'the longer side of a feature map in pixels (default: its own, enlarged to at least 64)',
      ).argParser(count),
    )
    .addOption(options.contrast())
    .addOption(options.gamma())
    .addOption(options.allowHost())
    .addOption(options.input())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText(
      'after',
      '\nExample:\n  deconvnet activations vgg16/model.json cat.jpg --input caffe --layer block4_conv2 --top 25 --out block4.png',
    )
    .action(async (model: string, path: string, given: ActivationsOptions) => {
      const picture = { what: 'the picture to look at', path };
      await checkOutputs([{ flag: '--out', path: given.out, kind: 'picture' }], [picture]);
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireInputFormat(deconvnet, model, terminal, path);
      const image = await readImage(library, deconvnet, path, readingOptions(given));
      const { layer, top, columns, tile, contrast, gamma } = given;
      const drawn = await library.renderActivations(deconvnet, image, {
        ...{ layer, top, contrast, gamma },
        ...(columns !== undefined && { columns }),
        ...(tile !== undefined && { tile }),
      });
      image.dispose();
      await library.writePicture(given.out, drawn.picture);
      const { featureMaps } = drawn;
      const more = featureMaps.length > NAMED ? ` and ${featureMaps.length - NAMED} more` : '';
      terminal.out.write(
        `${given.out}: ${counted(featureMaps.length, 'feature map')} of ${layer}, strongest first: ${featureMaps.slice(0, NAMED).join(', ')}${more}\n${scaleText(drawn)}\n`,
      );
    });
}
