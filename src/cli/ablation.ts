import { type Command, InvalidArgumentError, Option } from 'commander';
import { openStudy } from './open-study.js';
import { count, index, MODEL_ARGUMENT, names, options, URL_LIST } from './options.js';
import { runStudy } from './run-study.js';
import { addStudyOptions, type StudyChoice, seedOption } from './study-options.js';
import type { Terminal } from './terminal.js';

interface AblationChoice extends StudyChoice {
  readonly layers?: readonly string[];
  readonly shares?: readonly number[];
  readonly draws?: number;
  readonly seed: number;
  readonly mapLayer?: string;
  readonly maps?: readonly number[];
}

/** `deconvnet ablation`: sets feature maps to zero, and counts what is still right. */
export function addAblation(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('ablation')
    .summary('set feature maps to zero: which ones matter for which class')
    .description(
      'Sets whole layers, random shares of their feature maps, and single feature maps to zero, and writes a page with the accuracy that is left. The network is not trained again, unlike in Table 3 of the paper. A run that was stopped goes on when the command is repeated.',
    )
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<images>', `a folder with one subfolder of pictures per class; or ${URL_LIST}`)
    .addOption(options.out('the folder to write to'))
    .addOption(
      new Option(
        '--layers <names>',
        'the layers that are set to zero as a whole and in shares, separated by commas (default: at most six of those that deconvnet gallery shows, and the one that the scores of the classes are made from)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--shares <numbers>',
        'which shares of the feature maps are drawn, between 0 and 1, separated by commas (default: 0.1,0.25,0.5,0.75,0.9)',
      ).argParser(shares),
    )
    .addOption(new Option('--draws <n>', 'how many draws there are for each share').argParser(count).default(5))
    .addOption(seedOption('which feature maps are drawn'))
    .addOption(
      new Option(
        '--map-layer <name>',
        'the layer whose feature maps are set to zero one at a time (default: the last nonlinearity of a convolution)',
      ),
    )
    .addOption(
      new Option(
        '--maps <numbers>',
        'the numbers of these feature maps, separated by commas, or none (default: all)',
      ).argParser(maps),
    );
  addStudyOptions(command, { rule: options.chosenRule() })
    .addHelpText(
      'after',
      `
Examples:
  deconvnet ablation cifar/model.json cifar/test --out ablation
  deconvnet ablation mobilenet/model.json photos --out ablation --labels labels.txt --limit 200 --maps none`,
    )
    .action(async (model: string, images: string, given: AblationChoice) => {
      const { seed, draws, layers, shares, mapLayer, maps } = given;
      const chosen = {
        seed,
        ...(draws !== undefined && { draws }),
        ...(layers !== undefined && { layers }),
        ...(shares !== undefined && { shares }),
        ...(mapLayer !== undefined && { mapLayer }),
        ...(maps !== undefined && { featureMaps: maps }),
      };
      const command = { study: 'ablation', model, images, given, args, terminal };
      const run = await openStudy(command, async ({ deconvnet }) => {
        // It computes with TensorFlow.js, which may be missing when the command starts.
        const { chooseAblations } = await import('../node/studies/ablation/choose-ablations.js');
        const { mapLayer: layer, featureMaps } = chooseAblations(deconvnet, chosen);
        return featureMaps.length > 0 ? [layer] : [];
      });
      const { library, deconvnet, files } = run;
      await runStudy(run, 'Setting feature maps to zero', (settings) =>
        library.writeAblation(deconvnet, files, { ...settings, ...chosen }),
      );
    });
}

function shares(text: string): number[] {
  const list = text.split(',').map(Number);
  if (text.trim() === '' || !list.every((share) => share > 0 && share < 1)) {
    throw new InvalidArgumentError('It must be numbers between 0 and 1, separated by commas: 0.25,0.5.');
  }
  return list;
}

function maps(text: string): number[] {
  return text === 'none' ? [] : text.split(',').map(index);
}
