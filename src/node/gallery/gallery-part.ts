import { checkValue, isCount } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { PictureWork } from '../../mine/picture-work.js';
import { projectionIdentity } from '../projecting/projection-identity.js';
import { ScratchFolder } from '../projecting/scratch-folder.js';
import type { GalleryDrawingOptions } from './check-gallery-options.js';
import type { Part } from './cut-work.js';
import { unfinishedIn } from './project-for-gallery.js';

/** One of several parts of the projecting for a gallery, or of its drawing. */
export interface GalleryPart extends Part {
  /**
   * The identity of the gallery, as `galleryWork` says it. A process whose network, rule, backend or miner is another one
   * then fails, and writes nothing. By default that is not checked.
   */
  readonly identity?: string;
}

/** Options of a part: those of `writeGallery` that decide what is projected and drawn, and how. */
export interface GalleryPartOptions<Progress> extends GalleryDrawingOptions {
  /** Called when the part begins, and after each picture or feature map. It counts only what belongs to the part. */
  readonly onProgress?: (progress: Progress) => void;
}

/** @throws DeconvnetError `invalid-option`. */
export function checkPart({ index, count }: GalleryPart): void {
  checkValue(isCount(count, 1), 'count is the number of parts, a whole number of at least 1', count);
  checkValue(
    isCount(index, 0) && index < count,
    `index is the number of a part, a whole number from 0 to ${count - 1}`,
    index,
  );
}

/**
 * Opens the folder in which the projections of a gallery wait. Other processes may work in it at the same time. The folder
 * belongs to the work of the whole gallery, whatever the part.
 *
 * @param work all that the gallery projects
 * @throws DeconvnetError `state-mismatch` if the part belongs to another gallery; `write-failed`.
 */
export async function openScratch(
  miner: PatchMiner,
  work: readonly PictureWork[],
  { out, part }: { readonly out: string; readonly part: GalleryPart },
): Promise<ScratchFolder> {
  const identity = await projectionIdentity(miner, work);
  const name = ScratchFolder.nameOf(identity);
  if (part.identity !== undefined && part.identity !== name) {
    throw new DeconvnetError(
      'state-mismatch',
      `The part belongs to the gallery ${part.identity}, but what is to be drawn here is ${name}: the network, its rule, the backend, the mined state, the layers or the feature maps are others. Give what the other processes have.`,
    );
  }
  return ScratchFolder.open(unfinishedIn(out), identity, { alone: false });
}
