import { type Command, InvalidArgumentError, Option } from 'commander';
import type { StoredCheckpoint } from 'deconvnet/node';
import { checkOutputs } from './check-outputs.js';
import { checkpointNames } from './checkpoint-names.js';
import { chooseLayers } from './choose-layers.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { requireApart } from './gallery.js';
import { listImages } from './list-images.js';
import { loadLibrary } from './load-library.js';
import { modelOpener, requireInputFormat, requirePictures } from './open-network.js';
import { count, MODEL_ARGUMENT, names, options, URL_LIST } from './options.js';
import { mapsIn } from './read-maps.js';
import { runStudy, studySettings } from './run-study.js';
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
  addStudyOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  deconvnet evolution epoch-01 epoch-05 epoch-20 --images photos --out evolution
  deconvnet evolution epoch-*.keras --images photos --out evolution --input unit --layers conv2,conv5 --maps 8 --seed 1`,
    )
    .action(async (paths: readonly string[], given: EvolutionChoice) => {
      const { images, maps, seed } = given;
      requireApart(given.out, images);
      if (paths.length < 2) {
        throw new CliError(
          EXIT.usage,
          'An evolution needs two checkpoints or more. Name them in the order of the training.',
        );
      }
      const columns = checkpointNames(paths, given.names);
      await checkOutputs([{ flag: '--out', path: given.out, kind: 'study', study: 'evolution' }]);
      const library = await loadLibrary(given.backend, { pictures: true, args });
      const opener = await modelOpener(library, given);
      const open = async (path: string) => (await opener(path))(given.rule);
      const [path] = paths as [string];
      const deconvnet = await open(path);
      requirePictures(deconvnet, path);
      requireInputFormat(deconvnet, path, terminal);
      // Lists of feature maps name their layers.
      const named = given.layers ?? (typeof maps === 'object' ? Object.keys(maps) : undefined);
      const layers = chooseLayers(library, deconvnet, { named, fewOfMany: true, terminal });
      const files = await listImages(library, deconvnet, images, given);
      const checkpoints = paths.map((one, i): StoredCheckpoint => ({ name: columns[i]!, open: () => open(one) }));
      const run = { what: 'Following feature maps', given, args, terminal, deconvnet, files };
      await runStudy(library, run, (callbacks) =>
        library.writeEvolution(checkpoints, files, {
          ...{ ...studySettings(run), ...callbacks, seed },
          ...(layers !== undefined && { layers }),
          ...(maps !== undefined && { maps }),
        }),
      );
    });
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
