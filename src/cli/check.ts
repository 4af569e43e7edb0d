import type { Command } from 'commander';
import type { Deconvnet } from 'deconvnet';
import { type Head, headsOf, isUnit, namedHeads } from '../studies/kit/heads.js';
import { ranked } from '../studies/kit/probabilities.js';
import { type Accuracy, accuracyOf, isPoor } from './accuracy.js';
import { checkLabels } from './check-labels.js';
import { CliError } from './cli-error.js';
import { compareFormats, formatRows } from './compare-formats.js';
import { EXIT } from './exit-code.js';
import { likelyCauses, type PoorHead } from './likely-causes.js';
import { listImages } from './list-images.js';
import { loadLibrary } from './load-library.js';
import { inputUnknownMessage, openNetwork, requireOneInput, requireSignal, takesPictures } from './open-network.js';
import { MODEL_ARGUMENT, type ModelOptions, options, URL_LIST } from './options.js';
import { type PictureOptions, readingOptions } from './picture-options.js';
import { type Prediction, predict } from './predict.js';
import { Skipped } from './skipped.js';
import { percent, type Terminal, table } from './terminal.js';

interface CheckOptions extends ModelOptions, PictureOptions {
  readonly limit: number;
  readonly followLinks?: boolean;
}

/** The number of pictures or signals whose predictions are shown. */
const SHOWN = 5;
/** The number of classes that are shown for each of them. */
const BEST = 3;

/** `deconvnet check`: predictions and accuracy, which reveal a wrong input format. */
export function addCheck(program: Command, terminal: Terminal, args: readonly string[]): void {
  program
    .command('check')
    .summary('show predictions and accuracy, which reveal a wrong input format')
    .description(
      'Prints the input format and where it comes from, and the predictions for a few pictures. If folders are named like classes, it also prints the accuracy, with this and with every other input format. For a network that takes signals, it prints the predictions and the accuracy for signals.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument(
      '<images>',
      `a folder of pictures (or of signals, .npy or .json), ideally with one subfolder per class; or ${URL_LIST}`,
    )
    .addOption(options.limit().default(60))
    .addOption(options.followLinks())
    .addOption(options.allowHost())
    .addOption(options.input())
    .addOption(options.labels())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend())
    .addHelpText('after', '\nExample:\n  deconvnet check vgg16/model.json photos --input caffe --labels imagenet.txt')
    .action(async (model: string, folder: string, given: CheckOptions) => {
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const deconvnet = await openNetwork(library, model, given);
      requireOneInput(deconvnet, model);
      const areSignals = !takesPictures(deconvnet);
      const pictures = await listImages(library, deconvnet, folder, given);
      if (areSignals) for (const { path } of pictures) requireSignal(deconvnet, model, path);
      tellNetwork(deconvnet, areSignals, terminal);
      const what = areSignals ? 'signals' : 'pictures';
      const { labels, inputFormat } = deconvnet;
      const heads = headsOf(deconvnet);
      if (labels) checkLabels(heads, labels);
      const skipped = new Skipped();
      const limits = { limit: given.limit, onSkip: skipped.add, reading: readingOptions(given) };
      const canRead = areSignals || inputFormat !== undefined;
      const now = canRead ? await predict(library, { deconvnet, heads }, pictures, limits) : undefined;
      if (now) for (const head of heads) tellHead(head, { heads, labels, predictions: now, terminal });
      const named = namedHeads(heads, labels);
      if (labels && named.length > 0 && pictures.some(({ label }) => label !== undefined)) {
        const job = { deconvnet, heads: named, labels, pictures, areSignals, limits, now, terminal };
        const compared = await compareFormats(library, job);
        for (const [i, head] of named.entries()) {
          if (compared[i]!.length > 0) {
            terminal.out.write(formatRows(compared[i]!, head.classes, heads.length > 1 ? ` of '${head.name}'` : ''));
          }
        }
        if (now) {
          tellStrangers(accuracyOf(now, named[0]!, labels), what, terminal);
          for (const [i, head] of named.entries()) {
            const poor = { deconvnet, head, labels, predictions: now, areSignals, compared: compared[i]! };
            await tellCauses(poor, heads, terminal);
          }
        }
      } else if (now && heads.some(({ classes }) => classes > 0)) {
        terminal.err.write(
          `\n${labels ? `Put ${what} into` : `Give --labels, and ${what} in`} folders named like the classes to see the accuracy.\n`,
        );
      }
      skipped.tell(terminal);
      if (!canRead) throw new CliError(EXIT.input, inputUnknownMessage(model, deconvnet));
    });
}

function tellNetwork(deconvnet: Deconvnet, areSignals: boolean, { out }: Terminal): void {
  const { inputSize: size, labels, model } = deconvnet;
  const sizeWords = size ? `${size.width}x${size.height} pixels` : 'any size';
  const rows = [
    ['model', areSignals ? model.name : `${model.name}, takes pictures of ${sizeWords}`],
    ['input', deconvnet.describeInput()],
    [
      'classes',
      labels ? `${labels.length}: ${labels.slice(0, 10).join(', ')}${labels.length > 10 ? ' ...' : ''}` : 'unknown',
    ],
  ];
  out.write(table(rows));
}

/** Prints the predictions for the first few pictures and, if there are several outputs, the name of the output. */
function tellHead(
  head: Head,
  {
    heads,
    labels,
    predictions,
    terminal: { out },
  }: {
    readonly heads: readonly Head[];
    readonly labels: readonly string[] | undefined;
    readonly predictions: readonly Prediction[];
    readonly terminal: Terminal;
  },
): void {
  const { name, index, classes, why } = head;
  const subject = heads.length > 1 ? `output '${name}'` : 'the output';
  if (why !== undefined) {
    out.write(`\n${subject}: no predictions, because ${why}.\n`);
    return;
  }
  const names = labels?.length === classes ? labels : undefined;
  const nameOf = (i: number): string => names?.[i] ?? `class ${i}`;
  const note = isUnit(head) ? ` (one unit: p is ${nameOf(1)}, 1 - p is ${nameOf(0)})` : '';
  const title = heads.length > 1 || note !== '' ? `${subject}${note}\n` : '';
  const rows = predictions.slice(0, SHOWN).map(({ id, probabilities }) => {
    const scores = probabilities[index]!;
    const best = ranked(scores).slice(0, BEST);
    return [id, ...best.map((i) => `${nameOf(i)} ${percent(scores[i]!)}`)];
  });
  out.write(`\n${title}${table(rows)}`);
}

function tellStrangers({ strangers, pictures }: Accuracy, what: string, { err }: Terminal): void {
  if (strangers.length > 0) {
    err.write(`\nFolders that are not named like a class, and were not counted: ${strangers.slice(0, 5).join(', ')}\n`);
  }
  if (pictures === 0) err.write(`\nPut ${what} into folders named like the classes to see the accuracy.\n`);
}

async function tellCauses(poor: PoorHead, heads: readonly Head[], { err }: Terminal): Promise<void> {
  const { head, labels, predictions } = poor;
  const accuracy = accuracyOf(predictions, head, labels);
  if (!isPoor(accuracy, head.classes)) return;
  const of = heads.length > 1 ? ` of '${head.name}'` : '';
  const [share, chance] = [percent(accuracy.hits / accuracy.pictures), percent(1 / head.classes)];
  const causes = (await likelyCauses(poor)).map((cause, i) => `  ${i + 1}. ${cause}\n`);
  err.write(
    `\nWarning: the accuracy${of} is poor, ${share}; chance gives ${chance}. Likely causes:\n${causes.join('')}`,
  );
}
