import type { Deconvnet, PatchMiner, RuleChoice } from 'deconvnet';
import type { DrawnGallery, GalleryComparison, PictureFile, WorkerNetwork, WriteGalleryOptions } from 'deconvnet/node';
import { sameInput } from '../node/gallery/same-input.js';
import { topologyOption } from '../node/models/model-place.js';
import { CliError } from './cli-error.js';
import type { CompareOptions, Comparison } from './comparison.js';
import { EXIT } from './exit-code.js';
import { type Library, packageVersion } from './load-library.js';
import type { MiningOptions } from './mining-options.js';
import { networkOptions } from './open-network.js';
import type { ContrastChoice } from './options.js';
import { type Reading, readingOptions } from './picture-options.js';
import { type Progress, startProgress } from './progress.js';
import { readImage } from './read-image.js';
import { shellWords, type Terminal } from './terminal.js';

/** The options of `deconvnet gallery`. */
export interface GalleryOptions extends MiningOptions, ContrastChoice, CompareOptions {
  readonly out: string;
  readonly from?: string;
  readonly title?: string;
  readonly zoom: 'field' | 'focus';
}

/** What to draw, and where to report it. */
export interface Drawing {
  /** The path of the model. */
  readonly model: string;
  /** The pictures from which pixels that were not kept are read again. */
  readonly images: readonly PictureFile[];
  readonly given: GalleryOptions;
  /** Which feature maps of a state to show, by layer. Of what is mined now, all are shown. */
  readonly shown: Readonly<Record<string, readonly number[]>> | undefined;
  /** The rule that was chosen, if none was given. */
  readonly choice: RuleChoice | undefined;
  /** What the gallery is compared with. */
  readonly compared: Comparison | undefined;
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Draws what was mined with the options of the command line, and shows the progress. */
export async function drawGallery(library: Library, miner: PatchMiner, drawing: Drawing): Promise<DrawnGallery> {
  const { model, images, terminal, given, shown, signal } = drawing;
  const { layers = miner.layers } = given;
  const total = layers.reduce(
    (sum, layer) => sum + (shown?.[miner.layerNamed(layer)] ?? miner.minedMaps(layer)).length,
    0,
  );
  const reading = readingOptions(given);
  const show = oneAfterTheOther(terminal);
  try {
    return await library.writeGallery(miner, {
      ...galleryOptions(library, miner, drawing),
      ...(images.length > 0 && { source: imageById(library, miner.deconvnet, images, reading) }),
      network: await workerNetwork(model, given),
      ...(given.workers !== undefined && { workers: given.workers }),
      onProjected({ compared: isOther, patches, totalPatches, secondsLeft }) {
        const what = isOther ? 'Projecting patches to compare' : 'Projecting patches';
        // The first call tells what an earlier run has done.
        show(what, totalPatches, patches).update(patches, '', secondsLeft);
      },
      onPicture: ({ done, total: pictures }) => show('Reading pictures for thumbnails', pictures).update(done),
      onProgress: ({ done }) => show('Drawing feature maps', total).update(done),
      signal,
    });
  } finally {
    show();
  }
}

/** What a gallery shows, and what its page says. */
export function galleryOptions(library: Library, miner: PatchMiner, drawing: Drawing): WriteGalleryOptions {
  const { images, args, given, shown, choice, compared } = drawing;
  const { out, title, backend, layers = miner.layers, contrast, gamma, zoom } = given;
  return {
    ...{ out, layers, contrast, gamma, zoom },
    ...(title !== undefined && { title }),
    ...(shown && { maps: shown }),
    command: `deconvnet ${shellWords(whatWasAsked(args))}`,
    versions: { deconvnet: packageVersion(), backend, node: process.versions.node },
    date: new Date(),
    ...(choice && { dependence: choice.dependence, ruleChosen: choice.rule }),
    ...(compared && { compare: comparisonOf(library, miner, { compared, images, reading: readingOptions(given) }) }),
  };
}

/** Options that change how a gallery is made or where it lies, but not the gallery. With a value, or without one. */
const HOW_IT_RUNS: Readonly<Record<string, boolean>> = {
  '--out': true,
  '--workers': true,
  '--checkpoint': true,
  '--every': true,
  '--allow-host': true,
  '--resume': false,
  '--queue': true,
  '--share': true,
  '--parts': true,
  '--attach': true,
  '--lock': true,
};

/** The words of the command without the options that say how it was run, so that equal results have equal pages. */
export function whatWasAsked(args: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [name = '', value] = args[i]!.split('=', 2);
    const takesValue = HOW_IT_RUNS[name];
    if (takesValue === undefined) kept.push(args[i]!);
    else if (takesValue && value === undefined) i++;
  }
  return kept;
}

/**
 * Shows the progress of several jobs of which each begins when the one before it has ended. The first call for a job says
 * how much of it was done before.
 */
function oneAfterTheOther(terminal: Terminal): {
  (): void;
  (what: string, total: number, from?: number): Progress;
} {
  let shown: { readonly what: string; readonly progress: Progress } | undefined;
  return ((what?: string, total: number = 0, from: number = 0): Progress | undefined => {
    if (shown?.what !== what) {
      shown?.progress.stop();
      shown = what === undefined ? undefined : { what, progress: startProgress(terminal, what, total, from) };
    }
    return shown?.progress;
  }) as ReturnType<typeof oneAfterTheOther>;
}

/** Where worker threads find the network. */
async function workerNetwork(model: string, given: GalleryOptions): Promise<WorkerNetwork> {
  const { rule: _, ...network } = await networkOptions(given);
  return { model, ...topologyOption(given), ...network, ...(given.import !== undefined && { setup: given.import }) };
}

/** The other miner reads pictures as its own network takes them, if that is not how the gallery's network takes them. */
function comparisonOf(
  library: Library,
  { deconvnet }: PatchMiner,
  {
    compared,
    images,
    reading,
  }: { readonly compared: Comparison; readonly images: readonly PictureFile[]; readonly reading: Reading },
): GalleryComparison {
  const { miner, title } = compared;
  if (sameInput(deconvnet, miner.deconvnet)) return { miner, title };
  return { miner, title, ...(images.length > 0 && { source: imageById(library, miner.deconvnet, images, reading) }) };
}

/** So many pictures are decoded at the same time. Decoding runs beside the computation. */
const CONCURRENCY = 4;

/** Makes a function from the id of a picture to its image. */
export function imageById(
  library: Library,
  deconvnet: Deconvnet,
  images: readonly PictureFile[],
  reading: Reading,
): ((id: string) => ReturnType<typeof readImage>) & { readonly concurrency: number } {
  const paths = new Map(images.map(({ id, path }) => [id, path]));
  const read = (id: string): ReturnType<typeof readImage> => {
    const path = paths.get(id);
    if (path === undefined) {
      throw new CliError(
        EXIT.input,
        `The picture ${id} was mined, but it is not in this folder or list. Give the one that was mined.`,
      );
    }
    return readImage(library, deconvnet, path, reading);
  };
  return Object.assign(read, { concurrency: CONCURRENCY });
}
