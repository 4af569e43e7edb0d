import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PictureChoice } from 'deconvnet/node';
import type { Fill, Transformation } from 'deconvnet/studies';
import { openStudy } from './open-study.js';
import { MODEL_ARGUMENT, names, options, URL_LIST } from './options.js';
import { runStudy } from './run-study.js';
import { addStudyOptions, fillOption, picturesOption, type StudyChoice } from './study-options.js';
import type { Terminal } from './terminal.js';

interface InvarianceChoice extends StudyChoice, Partial<Record<Transformation, readonly number[]>> {
  readonly layers?: readonly string[];
  readonly transformations?: readonly Transformation[];
  readonly fill?: Fill;
  readonly pictures?: PictureChoice;
}

/** More steps than this are a mistake. */
const MANY_STEPS = 10_000;

/** `deconvnet invariance`: moves pictures, and shows which layers see it. */
export function addInvariance(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('invariance')
    .summary('move, enlarge and turn pictures: which layers see it')
    .description(
      'Moves, enlarges and turns some pictures, and writes a page with curves: how far the outputs of layers get from those for the picture as it is, and what becomes of the probability of its class (section 4 and Figure 5 of the paper). A run that was stopped goes on when the command is repeated.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<images>', `a folder of pictures, which may have one subfolder per class; or ${URL_LIST}`)
    .addOption(options.out('the folder to write to'))
    .addOption(picturesOption('which pictures are moved, at most ten', 5))
    .addOption(
      new Option(
        '--layers <names>',
        'names of layers, separated by commas (default: the first one that deconvnet gallery shows, and the one that the classes are computed from; without classes the last one that the gallery shows)',
      ).argParser(names),
    )
    .addOption(stepsOption('translation', 'pixels downwards', '-60:60:6 for a height of 224, others in proportion'))
    .addOption(stepsOption('scale', 'factors', '1:1.8:0.05'))
    .addOption(stepsOption('rotation', 'degrees anticlockwise', '0:350:10'))
    .addOption(
      new Option(
        '--transformations <names>',
        'which of translation, scale and rotation to do, separated by commas (default: all)',
      ).argParser(names),
    )
    .addOption(fillOption('what comes in from outside of a picture'));
  addStudyOptions(command, { projects: false })
    .addHelpText(
      'after',
      `
Examples:
  deconvnet invariance cifar/model.json cifar/test --out invariance
  deconvnet invariance vgg16/model.json photos --out invariance --input caffe --layers block1_conv1,block5_conv3,fc2 --rotation 0:345:15`,
    )
    .action(async (model: string, images: string, given: InvarianceChoice) => {
      const run = await openStudy({ study: 'invariance', model, images, given, args, terminal });
      const { library, deconvnet, files } = run;
      const { layers, translation, scale, rotation, transformations, fill, pictures } = given;
      await runStudy(run, 'Moving pictures', (settings) =>
        library.writeInvariance(deconvnet, files, {
          ...settings,
          steps: {
            ...(translation && { translation }),
            ...(scale && { scale }),
            ...(rotation && { rotation }),
          },
          ...(layers !== undefined && { layers }),
          ...(transformations !== undefined && { transformations }),
          ...(fill !== undefined && { fill }),
          ...(pictures !== undefined && { pictures }),
        }),
      );
    });
}

function stepsOption(name: Transformation, unit: string, usual: string): Option {
  const text = `the steps in ${unit}: first:last:distance, or numbers separated by commas (default: ${usual})`;
  return new Option(`--${name} <steps>`, text).argParser(stepsOf);
}

/** Reads `0:350:10` or `0,90,180`. */
function stepsOf(text: string): number[] {
  const isRange = text.includes(':');
  const numbers = text.split(isRange ? ':' : ',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every(Number.isFinite) || (isRange && numbers.length !== 3)) {
    throw new InvalidArgumentError('It must be first:last:distance, such as 0:350:10, or numbers separated by commas.');
  }
  if (!isRange) return numbers;
  const [first, last, distance] = numbers as [number, number, number];
  const count = Math.floor((last - first) / distance + 1e-9) + 1;
  if (distance <= 0 || count < 1 || count > MANY_STEPS) {
    throw new InvalidArgumentError('The last step must not be below the first, and the distance must be above 0.');
  }
  // Without rounding, a step of 1.15 would be 1.1500000000000001.
  return Array.from({ length: count }, (_, i) => Number((first + i * distance).toPrecision(12)));
}
