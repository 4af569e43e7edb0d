import { join } from 'node:path';
import {
  checkCallback,
  checkKeys,
  checkSignal,
  checkValue,
  isCount,
  isPlainObject,
} from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkLookup, type ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import { type ContrastOptions, checkContrast } from '../../render/contrast.js';
import { checkPath } from '../check-path.js';
import { checkMiner } from '../mine/check-miner.js';
import type { KeptProjections } from '../projecting/keep-projections.js';
import { comparedSource } from './compared-source.js';
import { type DrawnGallery, drawGallery, type GalleryProgress } from './draw-gallery.js';
import type { PictureProgress } from './draw-thumbnails.js';
import { encodeSprite } from './encode-sprite.js';
import { checkComparison, type GalleryComparison, projectCompared } from './gallery-comparison.js';
import { GalleryFolder } from './gallery-folder.js';
import type { GalleryPictures } from './gallery-page.js';
import { GalleryWorkers, type WorkerNetwork } from './gallery-workers.js';
import { checkMapsToShow } from './maps-to-show.js';
import { minerSource } from './miner-source.js';
import { type GalleryProjecting, projectForGallery } from './project-for-gallery.js';

/** Where to write a gallery, what it shows, and what its page says. */
export interface WriteGalleryOptions extends ContrastOptions {
  /** The folder, which is made if it is missing. An older gallery in it is replaced when the new one is complete. */
  readonly out: string;
  /** The page's heading; by default the model's name. */
  readonly title?: string;
  /**
   * The mined layers to show, in the miner's order; all by default. Several processes can each draw a gallery of some
   * layers at the same time.
   */
  readonly layers?: readonly string[];
  /**
   * The largest number of feature maps per layer, counted from the first; 1 or more. Or lists of mined feature maps by
   * layer, `{ conv3: [8, 9] }`; other layers then show all. All by default.
   */
  readonly maps?: number | Readonly<Record<string, readonly number[]>>;
  /** The largest length of a tile's longer side, in pixels: larger tiles are shrunk. 16 to 256; 96 by default. */
  readonly tile?: number;
  /**
   * What a tile shows. `focus`: the part of the patch in which the projections of the feature map are, with the
   * same zoom for all its patches. `field`: the whole patch. Default: `focus`.
   */
  readonly zoom?: 'field' | 'focus';
  /** The command that made the gallery, for the foot of the page. */
  readonly command?: string;
  /** The versions of the software that made it, by name, for the foot of the page. */
  readonly versions?: Readonly<Record<string, string>>;
  /**
   * Another miner of layers with the same names: of the same network under another rule, of another checkpoint, or of a
   * network with other weights. The page shows its feature maps beside those of the same layer and number.
   */
  readonly compare?: GalleryComparison;
  /** The day, for the foot of the page. It is left out by default, so that equal input gives an equal page. */
  readonly date?: Date;
  /**
   * Where to get the images that were mined. The images are disposed. They are needed for patches whose pixels the miner
   * did not keep, which are blank without a source, and for the thumbnails of whole pictures: without a source, the page
   * shows only the outline of each picture. An iterable is read twice: for the projections, and for the thumbnails.
   * Pictures that a function fails to give are left out, and the page names them. A function is called once at a time,
   * unless it has a `concurrency`: `Object.assign((id) => image(id), { concurrency: 4 })`.
   */
  readonly source?: ImageLookup;
  /**
   * How much projections of each layer depend on the picture, by the name of the layer, as `chooseRule` measured it. The
   * page says it.
   */
  readonly dependence?: Readonly<Record<string, number>>;
  /** The rule that `chooseRule` chose, if nobody named a rule. The page says that it was chosen, and why. */
  readonly ruleChosen?: 'deconvnet' | 'guided';
  /**
   * The number of worker threads that project, each with a network of its own, which it opens as `network` says; with 0,
   * this thread does it. By default there is one for each core (or fewer, if memory is short) if `network` is given, the
   * backend is wasm or cpu, and the work is estimated at 30 billion multiply-adds or more; otherwise 0. The gallery does
   * not depend on it.
   */
  readonly workers?: number;
  /** Where worker threads find the miner's network; needed with `workers`. */
  readonly network?: WorkerNetwork;
  /**
   * Called when the projecting begins and after each picture, before the first feature map is drawn. `scratchBytes` says how
   * many bytes the projections will take in the folder `unfinished` until they are drawn.
   */
  readonly onProjected?: (progress: GalleryProjecting & { readonly compared: boolean }) => void;
  /** Called after each feature map. */
  readonly onProgress?: (progress: GalleryProgress) => void;
  /** Called after each picture that was read for its thumbnail, before the first feature map is drawn. */
  readonly onPicture?: (progress: PictureProgress) => void;
  /**
   * Stops between two pictures or two feature maps. Then no page is written. What was projected stays in the folder
   * `unfinished`, and the same call goes on from there.
   */
  readonly signal?: AbortSignal;
}

/** The folder beside the page in which projections wait until they are drawn. */
const UNFINISHED = 'unfinished';

const NAMES = [
  'out',
  'title',
  'layers',
  'maps',
  'tile',
  'zoom',
  'contrast',
  'gamma',
  'command',
  'versions',
  'compare',
  'date',
  'source',
  'dependence',
  'ruleChosen',
  'workers',
  'network',
  'onProjected',
  'onProgress',
  'onPicture',
  'signal',
] satisfies readonly (keyof WriteGalleryOptions)[];

/**
 * Writes what a miner found as a folder with a page, `index.html`, that any browser opens from disk. The page shows the
 * filters of the first layer. Then it shows, for each mined layer, the strongest patches of its feature maps beside their
 * projections, as in Figure 2 of the paper. Feature maps that never fired are listed, but not drawn,
 * and so are those that are constant: that have exactly the same strongest activation on every picture.
 *
 * The pictures are beside the page in `sprites/`. Only one feature map and one sprite sheet are in memory at a time. If
 * there is a `source`, each picture that occurs in a list is read once more before the feature maps are drawn. Its
 * thumbnail has at most 96 pixels on its longer side: 1,000 photographs take about 2.5 MB. The caller still disposes the
 * miner's Deconvnet; no tensors are left.
 *
 * @returns the path of the page; the numbers of sprite sheets, feature maps, thumbnails, and pictures that the source
 * could not give; and the size of all files in bytes
 * @throws DeconvnetError `invalid-option`; `unknown-layer`; `write-failed`; `missing-peer` without the package `sharp`;
 * `input-unknown` if the colours of patches are not known; and as `PatchMiner.project`. The signal's reason when it is
 * aborted.
 * @example
 * ```ts
 * import type { PatchMiner } from 'deconvnet';
 * import { writeGallery } from 'deconvnet/node';
 *
 * const show = async (miner: PatchMiner) => {
 *   const { index } = await writeGallery(miner, { out: 'gallery', maps: 64, date: new Date() });
 *   console.log(`Open ${index}`);
 * };
 * ```
 */
export async function writeGallery(miner: PatchMiner, options: WriteGalleryOptions): Promise<DrawnGallery> {
  checkMiner('writeGallery', miner);
  checkKeys('writeGallery', options, NAMES);
  const {
    out,
    layers,
    maps = Number.POSITIVE_INFINITY,
    tile = 96,
    zoom = 'focus',
    source,
    workers,
    network,
    onProjected,
    onProgress,
    onPicture,
    signal,
  } = options;
  checkPath('out is the folder to write to', out);
  const shown = checkMapsToShow(miner, maps);
  checkValue(
    isCount(tile, 16) && tile <= 256,
    'tile is the longer side of a tile in pixels, a whole number from 16 to 256',
    tile,
  );
  checkValue(zoom === 'field' || zoom === 'focus', "zoom is 'field' or 'focus'", zoom);
  const contrast = checkContrast(options);
  checkLookup(source);
  checkValue(
    workers === undefined || isCount(workers, 0),
    'workers is the number of worker threads, a whole number of at least 0',
    workers,
  );
  check(
    !workers || typeof network?.model === 'string',
    'Each worker loads the model itself: give its path, { network: { model: path } }, or leave out workers.',
  );
  checkCallback('onProjected', onProjected);
  checkCallback('onProgress', onProgress);
  checkCallback('onPicture', onPicture);
  checkSignal(signal);
  const {
    date,
    command,
    versions,
    dependence,
    ruleChosen,
    title = `Feature maps of ${miner.deconvnet.model.name}`,
  } = options;
  checkValue(
    dependence === undefined || isPlainObject(dependence),
    'dependence is an object of numbers by layer, { conv1: 0.4 }',
    dependence,
  );
  checkValue(
    ruleChosen === undefined || ruleChosen === 'deconvnet' || ruleChosen === 'guided',
    "ruleChosen is 'deconvnet' or 'guided', or left out",
    ruleChosen,
  );
  checkValue(typeof title === 'string', "title is the page's heading, a string", title);
  checkValue(command === undefined || typeof command === 'string', 'command is a string', command);
  const areVersions = versions === undefined || isPlainObject(versions);
  checkValue(areVersions, "versions is an object of versions by name, { deconvnet: '0.1.0' }", versions);
  const isDate = date === undefined || Object.prototype.toString.call(date) === '[object Date]';
  checkValue(isDate, 'date is a Date', date);
  check(date === undefined || !Number.isNaN(date.getTime()), 'date is a valid Date; this one is not.');
  checkValue(layers === undefined || Array.isArray(layers), "layers is a list of names, ['conv1']", layers);
  check(
    layers === undefined || layers.length > 0,
    'layers is an empty list: leave it out to show all layers that were mined.',
  );
  const { compare } = options;
  if (compare !== undefined) checkComparison(compare, layers ?? miner.layers);
  signal?.throwIfAborted();
  const folder = await GalleryFolder.open(out, encodeSprite);
  const drawn = { contrast, zoom };
  const names = (layers ?? miner.layers).map((name) => miner.layerNamed(name));
  const projecting = { layers: names, maps: shown, source, signal };
  // The same threads project and draw.
  const threads = new GalleryWorkers(miner, { workers, network, signal });
  try {
    const kept = await projectForGallery(miner, {
      ...{ ...projecting, workers: threads, folder: join(out, UNFINISHED) },
      onProgress: onProjected && ((progress) => onProjected({ ...progress, compared: false })),
    });
    const keptOther =
      compare &&
      (await projectCompared(compare, {
        ...{ ...projecting, workers, folder: join(out, `${UNFINISHED}-compared`) },
        onProgress: onProjected && ((progress) => onProjected({ ...progress, compared: true })),
      }));
    const drawing = { ...drawn, workers: await threads.start({ cost: 0, maps: 0 }) };
    const own = minerSource(miner, { kept, source, layers, ...drawing });
    const written = await drawGallery(own, folder, {
      ...{ title, maps: shown, tile, pictures: picturesOf(miner, kept) },
      ...(compare && {
        compared: {
          title: compare.title,
          source: comparedSource(compare, { miner, own, source, drawing, kept: keptOther! }),
        },
      }),
      origin: {
        inputFormat: miner.deconvnet.describeInput(),
        rule: miner.deconvnet.engine.rule.name,
        ...(command !== undefined && { command }),
        ...(versions && { versions }),
        ...(date && { date }),
      },
      dependence,
      ...(ruleChosen && { ruleChosen }),
      ...(onProgress && { onProgress }),
      ...(onPicture && { onPicture }),
      ...(signal && { signal }),
    });
    await kept.remove();
    await keptOther?.remove();
    return written;
  } finally {
    await threads.close();
  }
}

function picturesOf({ images, imageClasses }: PatchMiner, { skipped }: KeptProjections): GalleryPictures {
  return {
    count: images,
    ...(skipped.length > 0 && { skipped }),
    ...(imageClasses && imageClasses.length > 0 && { classes: imageClasses }),
  };
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new DeconvnetError('invalid-option', message);
}
