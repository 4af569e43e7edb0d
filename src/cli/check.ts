import type { Command } from 'commander';
import { Option } from 'commander';
import type { Deconvnet } from 'deconvnet';
import { CliError } from './cli-error.js';
import { compareFormats, formatRows } from './compare-formats.js';
import { EXIT } from './exit-code.js';
import { loadLibrary } from './load-library.js';
import { inputUnknownMessage, openNetwork, requireOneInput } from './open-network.js';
import { count, type ModelOptions, options } from './options.js';
import { accuracyOf, checkLabels, type Prediction, predict, ranked } from './predict.js';
import { Skipped } from './skipped.js';
import { percent, type Terminal, table } from './terminal.js';

interface CheckOptions extends ModelOptions {
  readonly limit: number;
}

/** Pictures whose predictions are shown one by one. */
const SHOWN = 5;
/** Classes shown for each of them. */
const BEST = 3;

/** `deconvnet check`: what the model makes of pictures, which shows a wrong input format. */
export function addCheck(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('check')
    .summary('see what the model makes of pictures: shows a wrong input format')
    .description(
      'Prints the input format and where it comes from, the predictions for a few pictures and, where folders are named like classes, the accuracy, under each other input format too.',
    )
    .argument('<model>', 'a model.json, or the folder that holds one')
    .argument('<images>', 'a folder of pictures, best with a folder for each class')
    .addOption(
      new Option('--limit <n>', 'at most so many pictures, an even spread over classes').argParser(count).default(60),
    )
    .addOption(options.input())
    .addOption(options.labels())
    .addOption(options.backend())
    .addHelpText('after', '\nExample:\n  deconvnet check vgg16/model.json photos --input caffe --labels imagenet.txt')
    .action(async (model: string, folder: string, given: CheckOptions) => {
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireOneInput(deconvnet, model);
      tellNetwork(deconvnet, terminal);
      const pictures = await library.listPictures(folder);
      const skipped = new Skipped();
      const limits = { limit: given.limit, onSkip: skipped.add };
      const now = deconvnet.inputFormat && (await predict(library, deconvnet, pictures, limits));
      if (now && deconvnet.labels) checkLabels(now, deconvnet.labels);
      if (now) tellPredictions(now, deconvnet.labels, terminal);
      else if (deconvnet.inputFormat)
        terminal.out.write('\nIts output is not one score a class: no predictions to show.\n');
      const { labels } = deconvnet;
      const comparable = labels && pictures.some(({ label }) => label !== undefined);
      if (comparable && (now || !deconvnet.inputFormat)) {
        const compared = await compareFormats(library, { deconvnet, labels, pictures, limits, now, terminal });
        if (compared.length > 0) terminal.out.write(formatRows(compared, labels.length));
      }
      if (now) tellAdvice(now, deconvnet, terminal);
      skipped.tell(terminal);
      if (!deconvnet.inputFormat) throw new CliError(EXIT.input, inputUnknownMessage(model));
    });
}

function tellNetwork(deconvnet: Deconvnet, { out }: Terminal): void {
  const { inputSize: size, labels, model } = deconvnet;
  const rows = [
    ['model', `${model.name}, takes pictures of ${size ? `${size.width}x${size.height} pixels` : 'any size'}`],
    ['input', deconvnet.describeInput()],
    [
      'classes',
      labels ? `${labels.length}: ${labels.slice(0, 10).join(', ')}${labels.length > 10 ? ' ...' : ''}` : 'unknown',
    ],
  ];
  out.write(table(rows));
}

function tellPredictions(
  predictions: readonly Prediction[],
  labels: readonly string[] | undefined,
  { out }: Terminal,
): void {
  const rows = predictions.slice(0, SHOWN).map(({ id, probabilities }) => {
    const best = ranked(probabilities).slice(0, BEST);
    return [id, ...best.map((i) => `${labels?.[i] ?? `class ${i}`} ${percent(probabilities[i]!)}`)];
  });
  out.write(`\n${table(rows)}`);
}

function tellAdvice(predictions: readonly Prediction[], { labels }: Deconvnet, { err }: Terminal): void {
  if (!labels) {
    err.write('\nGive --labels, and pictures in folders named like the classes, to see the accuracy.\n');
    return;
  }
  const { hits, pictures, strangers } = accuracyOf(predictions, labels);
  if (strangers.length > 0) {
    err.write(`\nFolders that are no class, and were not counted: ${strangers.slice(0, 5).join(', ')}\n`);
  }
  if (pictures === 0) {
    err.write('\nPut pictures into folders named like the classes to see the accuracy.\n');
  } else if (hits / pictures <= 2 / labels.length) {
    err.write(
      '\nWarning: that is close to chance. The input format is wrong (see the others above and --input), or the class names are in another order (--labels).\n',
    );
  }
}
