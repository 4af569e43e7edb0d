import type { ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { PictureWork } from '../../mine/picture-work.js';
import type { SkippedImage } from '../../mine/project-all.js';
import type { ProjectAllProgress, WorkProgress } from '../../mine/work-progress.js';
import type { Workers } from './ask-again.js';
import { orNothing } from './or-nothing.js';
import { projectPictures } from './project-pictures.js';
import { projectionIdentity } from './projection-identity.js';
import { ScratchFolder, type ScratchIndex } from './scratch-folder.js';

/** What to project, and where the projections wait until they are drawn. */
export interface KeepProjectionsOptions {
  readonly work: readonly PictureWork[];
  /** Counts the pictures of the work. */
  readonly progress: WorkProgress;
  /** The folder in which the files of the projections are made. */
  readonly folder: string;
  readonly source: ImageLookup | undefined;
  /** Gives worker threads for an estimated number of multiply-adds; by default this thread does the work. */
  readonly workers?: ((cost: number) => Promise<Workers | undefined>) | undefined;
  readonly onProgress?: ((progress: ProjectAllProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Projections that wait on the disk. */
export interface KeptProjections extends ScratchIndex {
  /** Pictures of which patches were left out, in the order of their ids. */
  readonly skipped: readonly SkippedImage[];
  /** The folder of the files, in which what is drawn from them can be kept too. */
  readonly folder: string;
  /** Removes the folder. */
  remove(): Promise<void>;
}

/**
 * Projects all patches of some feature maps, picture by picture, to files in a folder. If the same was begun before and
 * stopped, it goes on from there.
 */
export async function keepProjections(miner: PatchMiner, options: KeepProjectionsOptions): Promise<KeptProjections> {
  const { work, folder } = options;
  const scratch = await ScratchFolder.open(folder, await projectionIdentity(miner, work), { alone: true });
  const skipped = await projectInto(scratch, miner, options);
  const index = await scratch.index(work.map(({ id }) => id));
  return { ...index, folder: scratch.path, skipped, remove: () => scratch.remove() };
}

/**
 * Projects pictures to files in a folder that is open, unless it has them.
 *
 * @returns the pictures of which patches were left out, in the order of their ids
 */
export async function projectInto(
  scratch: ScratchFolder,
  miner: PatchMiner,
  { work, progress, source, workers, onProgress = () => undefined, signal }: Omit<KeepProjectionsOptions, 'folder'>,
): Promise<SkippedImage[]> {
  const skipped: SkippedImage[] = [];
  await projectPictures({
    ...{ deconvnet: miner.deconvnet, work, progress, scratch, workers, onProgress, signal },
    source: typeof source === 'function' ? orNothing(source) : source,
    onSkip: (one) => skipped.push(one),
  });
  return skipped.sort((a, b) => (a.id < b.id ? -1 : 1));
}
