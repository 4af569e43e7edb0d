import type { Command } from 'commander';
import { Option } from 'commander';
import { loadLibrary } from './load-library.js';
import { openNetwork } from './open-network.js';
import { MODEL_ARGUMENT, type ModelOptions, options } from './options.js';
import { sizeText } from './size-text.js';
import type { Terminal } from './terminal.js';

interface ConvertOptions extends ModelOptions {
  readonly out: string;
  readonly quantize?: 'float16' | 'uint8';
}

/** `deconvnet convert`: writes a model in the form that pages load. */
export function addConvert(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('convert')
    .summary('write a model as model.json with files of weights, for pages')
    .description(
      'Writes a model in the form that pages load: a model.json, and files of at most 4 MiB with its weights. What the file of the model says in a form that TensorFlow.js does not read is translated.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .addOption(options.out('the folder to write to'))
    .addOption(
      new Option(
        '--quantize <to>',
        'round the weights: float16 halves the files; uint8 makes a quarter of them (default: exact)',
      ).choices(['float16', 'uint8']),
    )
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText('after', '\nExample:\n  deconvnet convert mobilenet/model.json --out page/model --quantize uint8')
    .action(async (model: string, given: ConvertOptions) => {
      const library = await loadLibrary(given.backend, { pictures: false, args });
      const network = await openNetwork(library, model, given);
      const { quantize } = given;
      const { path, shards, bytes } = await library.saveModel(network.model, given.out, {
        ...(quantize && { quantize }),
      });
      const files = shards === 1 ? '1 file of weights' : `${shards} files of weights`;
      terminal.out.write(`${path}: with ${files}, ${sizeText(bytes)}\n`);
    });
}
