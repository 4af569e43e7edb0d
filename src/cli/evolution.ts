import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Deconvnet } from 'deconvnet';
import type { StoredCheckpoint } from 'deconvnet/node';
import { checkSameNetwork, type NetworkSummary, networkSummary } from '../studies/evolution/same-network.js';
import { checkpointNames } from './checkpoint-names.js';
import { chooseLayers } from './choose-layers.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { openStudy } from './open-study.js';
import { count, MODEL_ARGUMENT, names, options, URL_LIST } from './options.js';
import { mapsIn } from './read-maps.js';
import { runStudy } from './run-study.js';
import { addStudyOptions, type StudyChoice, seedOption } from './study-options.js';
import type { Terminal } from './terminal.js';

interface EvolutionChoice extends StudyChoice {
  readonly images: string;
  readonly names?: readonly string[];
  readonly layers?: readonly string[];
  readonly maps?: number | Readonly<Record<string, readonly number[]>>;
  readonly seed: number;
}

/** `deconvnet evolution`: follows feature maps through the checkpoints of a training. */
export function addEvolution(program: Command, terminal: Terminal, args: readonly string[]): void {
  const command = program
    .command('evolution')
    .summary('follow feature maps through the checkpoints of a training')
    .description(
      'Finds the strongest activation of some feature maps anew at each checkpoint of a training, projects it, and writes a page: a row for each feature map, a column for each checkpoint (section 4 and Figure 4 of the paper). A run that was stopped goes on when the command is repeated.',
    )
    .argument('<checkpoints...>', `two or more models in the order of the training, each ${MODEL_ARGUMENT}`)
    .addOption(
      new Option(
        '--images <path>',
        `a folder of pictures, which may have one subfolder per class; or ${URL_LIST}`,
      ).makeOptionMandatory(),
    )
    .addOption(options.out('the folder to write to'))
    .addOption(
      new Option(
        '--names <names>',
        'what the columns are called, separated by commas (default: the names of the folders or files)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--layers <names>',
        'names of layers, separated by commas, or all (default: those that deconvnet gallery shows)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--maps <which>',
        'how many feature maps of each layer are drawn at random, or which ones of one layer, such as conv3=0-3,64; the latter can be repeated (default: 6)',
      ).argParser(mapsToFollow),
    )
    .addOption(seedOption('which feature maps are drawn'));
  addStudyOptions(command, { rule: options.chosenRule() })
    .addHelpText(
      'after',
      `
Examples:
  deconvnet evolution epoch-01 epoch-05 epoch-20 --images photos --out evolution
  deconvnet evolution epoch-*.keras --images photos --out evolution --input unit --layers conv2,conv5 --maps 8 --seed 1`,
    )
    .action(async (paths: readonly string[], given: EvolutionChoice) => {
      const { images, maps, seed } = given;
      if (paths.length < 2) {
        throw new CliError(
          EXIT.usage,
          'An evolution needs two checkpoints or more. Name them in the order of the training.',
        );
      }
      const columns = checkpointNames(paths, given.names);
      // The rule is chosen for the end of the training, because an early checkpoint may know nothing yet.
      const command = { study: 'evolution', model: paths.at(-1)!, images, given, args, terminal };
      const run = await openStudy(command, async ({ library, deconvnet, open }) => {
        await requireOneNetwork(paths, columns, (path) => open(path, { weights: false }));
        // Lists of feature maps name their layers.
        const named = given.layers ?? (typeof maps === 'object' ? Object.keys(maps) : undefined);
        return chooseLayers(library, deconvnet, { named, fewOfMany: true, terminal }) ?? [];
      });
      const { library, open, files, layers } = run;
      const checkpoints = paths.map((one, i): StoredCheckpoint => ({ name: columns[i]!, open: () => open(one) }));
      await runStudy(run, 'Following feature maps', (settings) =>
        library.writeEvolution(checkpoints, files, {
          ...{ ...settings, seed },
          ...(layers.length > 0 && { layers }),
          ...(maps !== undefined && { maps }),
        }),
      );
    });
}

/** Stops with an error, before anything is measured, if the checkpoints are not of one network. */
async function requireOneNetwork(
  paths: readonly string[],
  columns: readonly string[],
  open: (path: string) => Promise<Deconvnet>,
): Promise<void> {
  let first: NetworkSummary | undefined;
  for (const [i, path] of paths.entries()) {
    const deconvnet = await open(path);
    const summary = networkSummary(columns[i]!, deconvnet);
    deconvnet.dispose();
    deconvnet.model.dispose();
    first ??= summary;
    checkSameNetwork(first, summary);
  }
}

/** Parses `--maps`: a number, or feature maps of one layer, which are added to those of other layers. */
function mapsToFollow(text: string, former?: EvolutionChoice['maps']): NonNullable<EvolutionChoice['maps']> {
  if (/^\d+$/.test(text)) return count(text);
  const at = text.lastIndexOf('=');
  const maps = at > 0 ? mapsIn(text.slice(at + 1)) : undefined;
  if (!maps) {
    throw new InvalidArgumentError(
      'It must be a whole number of at least 1, or feature maps of a layer: conv3=0-3,64.',
    );
  }
  const others = typeof former === 'object' ? former : {};
  const layer = text.slice(0, at);
  return { ...others, [layer]: [...(others[layer] ?? []), ...maps] };
}
