import type { Command } from 'commander';
import { Option } from 'commander';
import { checkOutputs } from './check-outputs.js';
import { loadLibrary } from './load-library.js';
import { openNetwork, requirePictures } from './open-network.js';
import { count, MODEL_ARGUMENT, type ModelOptions, options } from './options.js';
import type { Terminal } from './terminal.js';

interface FiltersOptions extends ModelOptions {
  readonly out: string;
  readonly scale: 'each' | 'common';
  readonly columns?: number;
}

/** `deconvnet filters`: draws the weights of the first convolution as a picture. */
export function addFilters(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('filters')
    .summary('draw the filters of the first convolution')
    .description('Draws the filters of the first convolution side by side, enlarged. Mid-grey is zero.')
    .argument('<model>', MODEL_ARGUMENT)
    .addOption(options.out('the PNG to write'))
    .addOption(
      new Option('--scale <which>', 'each filter on its own scale, or all on a common one')
        .choices(['each', 'common'])
        .default('each'),
    )
    .addOption(new Option('--columns <n>', 'filters per row (default: as many as make a square)').argParser(count))
    .addOption(options.input())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText(
      'after',
      '\nExample:\n  deconvnet filters vgg16/model.json --out filters.png --scale common --columns 16',
    )
    .action(async (model: string, given: FiltersOptions) => {
      await checkOutputs([{ flag: '--out', path: given.out, kind: 'picture' }]);
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      // renderFilters draws this class only, and says so if there is none; the reason may be that the model takes no pictures.
      if (!deconvnet.layers.some(({ className }) => className === 'Conv2D')) requirePictures(deconvnet, model);
      const filters = await library.renderFilters(deconvnet, { scale: given.scale });
      const sheet = library.montage(filters, { ...(given.columns !== undefined && { columns: given.columns }) });
      await library.writePicture(given.out, sheet);
      const [{ width, height } = sheet] = filters;
      terminal.out.write(`${given.out}: ${filters.length} filters of ${width}x${height}\n`);
    });
}
