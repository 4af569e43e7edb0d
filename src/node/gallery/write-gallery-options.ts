import type { ImageLookup } from '../../mine/image-source.js';
import type { ContrastOptions } from '../../render/contrast.js';
import type { GalleryProgress } from './draw-gallery.js';
import type { PictureProgress } from './draw-thumbnails.js';
import type { GalleryComparison } from './gallery-comparison.js';
import type { WorkerNetwork } from './gallery-workers.js';
import type { GalleryProjecting } from './project-for-gallery.js';

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
