import type { Deconvnet, PatchMiner } from 'deconvnet';
import type { DrawnGallery, PictureFile } from 'deconvnet/node';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { type Library, packageVersion } from './load-library.js';
import type { MiningOptions } from './mining-options.js';
import type { ContrastChoice } from './options.js';
import { startProgress } from './progress.js';
import { readImage } from './read-image.js';
import { shellWords, type Terminal } from './terminal.js';

/** The options of `deconvnet gallery`. */
export interface GalleryOptions extends MiningOptions, ContrastChoice {
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
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Draws what was mined with the options of the command line, and shows the progress. */
export async function drawGallery(library: Library, miner: PatchMiner, drawing: Drawing): Promise<DrawnGallery> {
  const { images, args, terminal, given, signal } = drawing;
  const { out, title, maps, backend, from, layers = miner.layers, contrast, gamma, zoom } = given;
  const first = from === undefined ? undefined : maps?.first;
  const total = layers.reduce(
    (sum, layer) => sum + Math.min(first ?? Number.POSITIVE_INFINITY, miner.minedMaps(layer).length),
    0,
  );
  const progress = startProgress(terminal, 'Projecting feature maps', total);
  try {
    return await library.writeGallery(miner, {
      ...{ out, layers, contrast, gamma, zoom },
      ...(title !== undefined && { title }),
      ...(first !== undefined && { maps: first }),
      command: `deconvnet ${shellWords(args)}`,
      versions: { deconvnet: packageVersion(), backend, node: process.versions.node },
      date: new Date(),
      ...(images.length > 0 && { source: imageById(library, miner.deconvnet, images) }),
      onProgress: ({ done }) => progress.update(done),
      signal,
    });
  } finally {
    progress.stop();
  }
}

function imageById(
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
