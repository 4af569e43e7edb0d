import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PictureChoice, StudyName } from 'deconvnet/node';
import { topologyOption } from '../node/models/model-place.js';
import { studyNames } from '../node/studies/report/study-names.js';
import { shortNames } from './checkpoint-names.js';
import { chooseLayers } from './choose-layers.js';
import { networkOptions } from './open-network.js';
import { openStudy } from './open-study.js';
import { count, index, MODEL_ARGUMENT, names, options, URL_LIST } from './options.js';
import { runStudy } from './run-study.js';
import { addStudyOptions, picturesOption, type StudyChoice, seedOption } from './study-options.js';
import type { Terminal } from './terminal.js';

/** The studies that project activations by one rule. */
const BY_ONE_RULE: readonly StudyName[] = ['gallery', 'evolution', 'occlusion', 'ablation'];

interface ReportChoice extends StudyChoice {
  readonly studies?: readonly StudyName[];
  readonly layers?: readonly string[];
  readonly maps: number;
  readonly pictures?: PictureChoice;
  readonly seed: number;
  readonly workers?: number;
  readonly checkpoints?: readonly string[];
  readonly boxes?: string;
}

/** `deconvnet study`: writes a report with all studies of the paper that apply. */
export function addStudy(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('study')
    .summary('write a report with all studies of the paper that apply to the network')
    .description(
      'Repeats the studies of the paper on a network, and writes a report: an index, and a page for each study, such as the gallery. A study that lacks something is left out, and the report says what is missing. A run that was stopped goes on when the command is repeated.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<images>', `a folder of pictures, which may have one subfolder per class; or ${URL_LIST}`)
    .addOption(options.out('the folder to write to'))
    .addOption(
      new Option(
        '--studies <names>',
        `only these studies, separated by commas: ${studyNames.join(', ')} (default: all that apply)`,
      ).argParser(studyList),
    )
    .addOption(
      new Option(
        '--layers <names>',
        'the layers of the gallery and of the evolution, separated by commas, or all (default: the nonlinearities above the convolutions)',
      ).argParser(names),
    )
    .addOption(new Option('--maps <n>', 'feature maps of each layer in the gallery').argParser(count).default(8))
    .addOption(picturesOption('which pictures are studied one by one', 'as many as each study takes alone'))
    .addOption(seedOption('all that is random'))
    .addOption(
      new Option(
        '--checkpoints <models>',
        'models of other times of the training, in order, separated by commas, for the evolution; MODEL is the last one',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--boxes <file>',
        'a JSON file with boxes around parts of pictures, for the correspondence (see deconvnet correspondence)',
      ),
    )
    .addOption(
      new Option(
        '--workers <n>',
        'the number of worker threads of the gallery; 0: only the main thread works (default: one per core if the work is long and memory suffices)',
      ).argParser(index),
    );
  addStudyOptions(command, { rule: options.chosenRule() })
    .addHelpText(
      'after',
      `
Examples:
  deconvnet study cifar/model.json cifar/test --out report
  deconvnet study vgg16/model.json photos --out report --input caffe --studies gallery,occlusion`,
    )
    .action(async (model: string, images: string, given: ReportChoice) => {
      const { studies, maps, pictures, seed, workers, boxes } = given;
      const command = { study: 'study', model, images, given, args, terminal };
      const run = await openStudy(command, ({ library, deconvnet }) =>
        studies?.some((name) => BY_ONE_RULE.includes(name)) === false
          ? []
          : (chooseLayers(library, deconvnet, { named: given.layers, fewOfMany: true, terminal }) ?? []),
      );
      const { library, deconvnet, open, files, layers } = run;
      const { rule: _, ...network } = await networkOptions(given);
      const paths = given.checkpoints && [...given.checkpoints, model];
      const checkpoints = paths?.map((path, i) => ({
        name: shortNames(paths)[i]!,
        open: () => open(path),
      }));
      await runStudy(run, 'Studying pictures', (settings) =>
        library.writeStudies(deconvnet, files, {
          ...settings,
          ...{ maps, seed },
          network: {
            ...{ model, ...topologyOption(given), ...network },
            ...(given.import !== undefined && { setup: given.import }),
          },
          ...(studies && { studies }),
          ...(checkpoints && { checkpoints }),
          ...(boxes !== undefined && { boxes }),
          ...(layers.length > 0 && { layers }),
          ...(pictures !== undefined && { pictures }),
          ...(workers !== undefined && { workers }),
        }),
      );
    });
}

function studyList(text: string): StudyName[] {
  const list = names(text);
  const unknown = list.find((name) => !studyNames.includes(name as StudyName));
  if (unknown === undefined) return list as StudyName[];
  throw new InvalidArgumentError(`There is no study '${unknown}'. The studies are ${studyNames.join(', ')}.`);
}
