import type { Command } from 'commander';
import type { LayerInfo, ReceptiveField } from 'deconvnet';
import { loadLibrary } from './load-library.js';
import { openNetwork, takesPictures, tellInputFormat } from './open-network.js';
import { MODEL_ARGUMENT, type ModelOptions, options } from './options.js';
import { type Terminal, table } from './terminal.js';

interface LayersOptions extends ModelOptions {
  readonly json?: boolean;
}

/** `deconvnet layers`: lists what each layer is, what it sees, and its mirror. */
export function addLayers(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('layers')
    .summary('list the layers: feature maps, receptive fields, mirrors')
    .description(
      'Lists the layers of a model: output shape, feature maps, receptive field, and mirror (what the layer becomes on the way down).',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .option('--json', 'print JSON instead of a table')
    .addOption(options.rule())
    .addOption(options.fallback())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText(
      'after',
      '\nExamples:\n  deconvnet layers mobilenet/model.json\n  deconvnet layers mobilenet/model.json --rule guided',
    )
    .action(async (model: string, given: LayersOptions) => {
      const library = await loadLibrary(given.backend, { pictures: false, args });
      const deconvnet = await openNetwork(library, model, given, { weights: false });
      const { layers } = deconvnet;
      const pictures = takesPictures(deconvnet);
      if (!pictures) terminal.err.write(`${model} takes ${deconvnet.describeInput()}.\n`);
      tellInputFormat(deconvnet, terminal, 'If it is wrong, give --input to the commands that read pictures.');
      terminal.out.write(given.json ? `${JSON.stringify(layers, null, 2)}\n` : layerTable(layers, pictures));
    });
}

function layerTable(layers: readonly LayerInfo[], pictures: boolean): string {
  const head = ['layer', 'class', 'output', 'feature maps', 'receptive field', 'mirror'];
  return table([head, ...layers.map((layer) => row(layer, pictures))]);
}

function row(layer: LayerInfo, pictures: boolean): string[] {
  const { name, className, outputShape, featureMaps, receptiveField, landing, mirror } = layer;
  const shape = outputShape.slice(1).map((size) => size ?? 'any');
  const everything = pictures ? 'whole picture' : 'everything';
  const lands = landing?.size.length && !receptiveField ? `, lands in ${boxText(landing)}` : '';
  const field = receptiveField?.size.length ? boxText(receptiveField) : everything + lands;
  return [name, className, shape.join('x'), String(featureMaps), field, mirror ?? 'none: see --import, --fallback'];
}

function boxText({ size, stride }: ReceptiveField): string {
  return `${size.join('x')} every ${stride.join('x')}`;
}
