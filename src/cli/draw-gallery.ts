import type { Deconvnet, PatchMiner, RuleChoice } from 'deconvnet';
import type { DrawnGallery, GalleryComparison, PictureFile } from 'deconvnet/node';
import { sameInput } from '../node/gallery/same-input.js';
import { CliError } from './cli-error.js';
import type { CompareOptions, Comparison } from './comparison.js';
import { EXIT } from './exit-code.js';
import { type Library, packageVersion } from './load-library.js';
import type { MiningOptions } from './mining-options.js';
import type { ContrastChoice } from './options.js';
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
  const { images, args, terminal, given, shown, choice, compared, signal } = drawing;
  const { out, title, backend, layers = miner.layers, contrast, gamma, zoom } = given;
  const total = layers.reduce(
    (sum, layer) => sum + (shown?.[miner.layerNamed(layer)] ?? miner.minedMaps(layer)).length,
    0,
  );
  let reading: Progress | undefined;
  let projecting: Progress | undefined;
  const project = (): Progress => {
    reading?.stop();
    projecting ??= startProgress(terminal, 'Projecting feature maps', total);
    return projecting;
  };
  // The pictures are read before the first feature map is drawn.
  if (images.length === 0) project();
  try {
    return await library.writeGallery(miner, {
      ...{ out, layers, contrast, gamma, zoom },
      ...(title !== undefined && { title }),
      ...(shown && { maps: shown }),
      command: `deconvnet ${shellWords(args)}`,
      versions: { deconvnet: packageVersion(), backend, node: process.versions.node },
      date: new Date(),
      ...(images.length > 0 && { source: imageById(library, miner.deconvnet, images) }),
      ...(choice && { dependence: choice.dependence, ruleChosen: choice.rule }),
      ...(compared && { compare: comparisonOf(library, miner, { compared, images }) }),
      onPicture({ done, total }) {
        reading ??= startProgress(terminal, 'Reading pictures for thumbnails', total);
        reading.update(done);
        if (done === total) project();
      },
      onProgress: ({ done }) => project().update(done),
      signal,
    });
  } finally {
    reading?.stop();
    projecting?.stop();
  }
}

/** The other miner reads pictures as its own network takes them, if that is not how the gallery's network takes them. */
function comparisonOf(
  library: Library,
  { deconvnet }: PatchMiner,
  { compared, images }: { readonly compared: Comparison; readonly images: readonly PictureFile[] },
): GalleryComparison {
  const { miner, title } = compared;
  if (sameInput(deconvnet, miner.deconvnet)) return { miner, title };
  return { miner, title, ...(images.length > 0 && { source: imageById(library, miner.deconvnet, images) }) };
}

/** Makes a function from the id of a picture to its image. */
export function imageById(
  library: Library,
  deconvnet: Deconvnet,
  images: readonly PictureFile[],
): (id: string) => ReturnType<typeof readImage> {
  const paths = new Map(images.map(({ id, path }) => [id, path]));
  return (id) => {
    const path = paths.get(id);
    if (path === undefined) {
      throw new CliError(
        EXIT.input,
        `The picture ${id} was mined, but it is not in this folder. Give the folder that was mined.`,
      );
    }
    return readImage(library, deconvnet, path);
  };
}
