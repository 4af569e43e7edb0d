import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PictureChoice } from 'deconvnet/node';
import { openStudy } from './open-study.js';
import { MODEL_ARGUMENT, options, URL_LIST } from './options.js';
import { mapsIn } from './read-maps.js';
import { runStudy } from './run-study.js';
import { addStudyOptions, picturesOption, type StudyChoice, seedOption } from './study-options.js';
import type { Terminal } from './terminal.js';

interface SanityChoice extends StudyChoice {
  readonly layer?: string;
  readonly maps?: number | readonly number[];
  readonly classes?: number | readonly number[];
  readonly seed: number;
  readonly pictures?: PictureChoice;
}

/** `deconvnet sanity`: checks what projections depend on. */
export function addSanity(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('sanity')
    .summary('check what projections depend on: the learned weights, the edges, the class, or the switches')
    .description(
      'Repeats the experiments of the critics on your network, and writes a page that says in plain words what they mean for it: projections by all rules while layers get random weights from the top down (Adebayo et al. 2018), beside the edges of the picture, for different classes (Nie et al. 2018), and with random switches (Mahendran and Vedaldi 2016). A run that was stopped goes on when the command is repeated.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<images>', `a folder of pictures, which may have one subfolder per class; or ${URL_LIST}`)
    .addOption(options.out('the folder to write to'))
    .addOption(picturesOption('which pictures are studied', 2))
    .addOption(
      new Option(
        '--layer <name>',
        'the layer whose activations are projected (default: the last one that deconvnet gallery shows)',
      ),
    )
    .addOption(
      new Option(
        '--maps <which>',
        'which feature maps: how many, the strongest on each picture first, or numbers and ranges such as 3,8-11 (default: 2)',
      ).argParser((text) => howManyOr(text, 1, 'It must be a whole number of at least 1, or ranges such as 3,8-11.')),
    )
    .addOption(
      new Option(
        '--classes <which>',
        'which classes are compared: how many, the most probable first, or their indices, counted from 0, separated by commas (default: 4)',
      ).argParser((text) => howManyOr(text, 2, 'It must be a whole number of at least 2, or indices such as 3,8.')),
    )
    .addOption(seedOption('all that is random'));
  addStudyOptions(command, { rule: false })
    .addHelpText(
      'after',
      `
Examples:
  deconvnet sanity cifar/model.json cifar/test --out sanity
  deconvnet sanity vgg16/model.json photos --out sanity --input caffe --pictures dog.jpg --layer block5_conv3 --maps 12,40`,
    )
    .action(async (model: string, images: string, given: SanityChoice) => {
      const run = await openStudy({ study: 'sanity', model, images, given, args, terminal });
      const { library, deconvnet, files } = run;
      const { layer, maps, classes, seed, pictures } = given;
      await runStudy(run, 'Checking projections', (settings) =>
        library.writeSanity(deconvnet, files, {
          ...{ ...settings, seed },
          ...(layer !== undefined && { layer }),
          ...(maps !== undefined && { maps }),
          ...(classes !== undefined && { classes }),
          ...(pictures !== undefined && { pictures }),
        }),
      );
    });
}

/** Parses how many, or which: one number is how many. */
function howManyOr(text: string, least: number, message: string): number | number[] {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  const list = /[,-]/.test(text) ? mapsIn(text) : undefined;
  if (!list) throw new InvalidArgumentError(message);
  return list;
}
