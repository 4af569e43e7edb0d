import { type Command, Option } from 'commander';
import type { PictureChoice } from 'deconvnet/node';
import type { Fill } from 'deconvnet/studies';
import { openStudy } from './open-study.js';
import { count, index, MODEL_ARGUMENT, options, URL_LIST } from './options.js';
import { runStudy } from './run-study.js';
import { addStudyOptions, fillOption, picturesOption, type StudyChoice } from './study-options.js';
import type { Terminal } from './terminal.js';

interface OcclusionChoice extends StudyChoice {
  readonly layer?: string;
  readonly map?: number;
  readonly size?: number;
  readonly stride?: number;
  readonly fill?: Fill;
  readonly pictures?: PictureChoice;
}

/** `deconvnet occlusion`: covers parts of pictures, and shows what that changes. */
export function addOcclusion(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('occlusion')
    .summary('cover parts of pictures: which pixels do a feature map and the answer depend on')
    .description(
      'Slides a square over some pictures, and writes a page with maps of what each place of the square changes: the activity of one feature map, the probability of the class, and the most probable class (section 4.2 and Figure 7 of the paper). A run that was stopped goes on when the command is repeated.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<images>', `a folder of pictures, which may have one subfolder per class; or ${URL_LIST}`)
    .addOption(options.out('the folder to write to'))
    .addOption(picturesOption('which pictures are covered', 3))
    .addOption(
      new Option('--layer <name>', 'the layer of the feature map (default: the last one that deconvnet gallery shows)'),
    )
    .addOption(
      new Option(
        '--map <n>',
        'the number of the feature map (default: the strongest one on each picture as it is)',
      ).argParser(index),
    )
    .addOption(
      new Option(
        '--size <n>',
        "the side of the square in pixels of the model's input (default: two ninths of the shorter side)",
      ).argParser(count),
    )
    .addOption(
      new Option(
        '--stride <n>',
        'the distance between two places of the square in pixels (default: the shorter side divided by 28)',
      ).argParser(count),
    )
    .addOption(fillOption('what the square is filled with'));
  addStudyOptions(command, { rule: options.chosenRule() })
    .addHelpText(
      'after',
      `
Examples:
  deconvnet occlusion cifar/model.json cifar/test --out occlusion
  deconvnet occlusion vgg16/model.json photos --out occlusion --input caffe --pictures dog.jpg,car.jpg --layer block5_conv3`,
    )
    .action(async (model: string, images: string, given: OcclusionChoice) => {
      const { layer, map, size, stride, fill, pictures } = given;
      const command = { study: 'occlusion', model, images, given, args, terminal };
      const run = await openStudy(command, ({ library, deconvnet }) =>
        layer === undefined ? library.defaultLayers(deconvnet).layers.slice(-1) : [layer],
      );
      const { library, deconvnet, files } = run;
      await runStudy(run, 'Covering pictures', (settings) =>
        library.writeOcclusion(deconvnet, files, {
          ...settings,
          ...(layer !== undefined && { layer }),
          ...(map !== undefined && { featureMap: map }),
          ...(size !== undefined && { size }),
          ...(stride !== undefined && { stride }),
          ...(fill !== undefined && { fill }),
          ...(pictures !== undefined && { pictures }),
        }),
      );
    });
}
