import { type Command, Option } from 'commander';
import type { Fill } from 'deconvnet/studies';
import { openStudy } from './open-study.js';
import { index, MODEL_ARGUMENT, names, options, URL_LIST } from './options.js';
import { runStudy } from './run-study.js';
import { addStudyOptions, fillOption, type StudyChoice, seedOption } from './study-options.js';
import type { Terminal } from './terminal.js';

interface CorrespondenceChoice extends StudyChoice {
  readonly boxes: string;
  readonly layers?: readonly string[];
  readonly random?: number;
  readonly seed: number;
  readonly fill?: Fill;
}

/** `deconvnet correspondence`: masks the same parts of several pictures, and compares what that changes. */
export function addCorrespondence(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('correspondence')
    .summary('mask parts of pictures: does the network relate the same parts to each other')
    .description(
      'Masks parts of several pictures, such as the eyes and the nose of dogs, and compares the changes that this makes in layers. Writes a page with Delta of each part and of random boxes (section 4.3, Figure 8 and Table 1 of the paper). All pictures are compared with each other, so a run that was stopped begins again.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<images>', `a folder of pictures, which may have one subfolder per class; or ${URL_LIST}`)
    .addOption(
      new Option(
        '--boxes <file>',
        'a JSON file with the boxes of the parts, in pixels of the picture files; pictures without boxes are not used',
      ).makeOptionMandatory(),
    )
    .addOption(options.out('the folder to write to'))
    .addOption(
      new Option(
        '--layers <names>',
        'the layers to compare, separated by commas (default: the last nonlinearity of a convolution, and the layer that the scores of the classes are made from)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--random <n>',
        'how many random boxes to mask in each picture, as a control: one for each part at least, or 0 (default: 10, or the number of parts if a picture has more)',
      ).argParser(index),
    )
    .addOption(seedOption('where the random boxes are'))
    .addOption(fillOption('what the boxes are masked with'));
  addStudyOptions(command, { projects: false })
    .addHelpText(
      'after',
      `
The boxes by picture (its path in the folder) and part, for example:
  {
    "rex.jpg": { "nose": { "left": 135, "top": 120, "right": 171, "bottom": 148 } },
    "ada.jpg": { "nose": { "left": 210, "top": 98, "right": 240, "bottom": 121 } }
  }

Examples:
  deconvnet correspondence vgg16/model.json dogs --boxes boxes.json --out correspondence --input caffe
  deconvnet correspondence cifar/model.json cars --boxes boxes.json --out correspondence --layers conv5,dense6 --seed 1`,
    )
    .action(async (model: string, images: string, given: CorrespondenceChoice) => {
      const run = await openStudy({ study: 'correspondence', model, images, given, args, terminal });
      const { library, deconvnet, files } = run;
      const { boxes, layers, random, seed, fill } = given;
      await runStudy(run, 'Masking parts', (settings) =>
        library.writeCorrespondence(deconvnet, files, {
          ...settings,
          ...{ boxes, seed },
          ...(layers !== undefined && { layers }),
          ...(random !== undefined && { random }),
          ...(fill !== undefined && { fill }),
        }),
      );
    });
}
