import { readFile, rm } from 'node:fs/promises';
import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { readCheckpointBytes } from '../mine/checkpoint-bytes.js';
import { checkpointPaths } from '../mine/checkpoint-paths.js';
import { mineWatched, type Watch } from '../mine/mine-images.js';
import type { MineImagesOptions } from '../mine/mine-images-options.js';
import type { PictureFile } from '../pictures/picture-file.js';
import { findPicture } from './find-picture.js';
import type { MachinePaths } from './machine-paths.js';
import type { ListedPicture, MineSettings } from './mine-settings.js';
import type { MinedPart, MineTask } from './process-protocol.js';
import type { RunFolder } from './run-folder.js';

/** Where a part is mined, and how. */
export interface MinePartOptions {
  readonly deconvnet: Deconvnet;
  readonly settings: MineSettings;
  readonly folder: RunFolder;
  readonly paths: MachinePaths;
  /** How the worker threads open the network. */
  readonly network: Pick<
    MineImagesOptions,
    'model' | 'topology' | 'backend' | 'setup' | 'input' | 'labels' | 'rule' | 'fallback'
  >;
  readonly workers: number | undefined;
  readonly allowHosts: readonly string[];
  readonly watch: Watch;
  readonly onProgress: MineImagesOptions['onProgress'];
  readonly signal: AbortSignal;
}

/** These errors say that all pictures of a part were left out. That is a result, too. */
const NOTHING: readonly string[] = ['picture-unreadable', 'empty-source'];

/**
 * Mines a part of a run, or goes on with it.
 *
 * @throws DeconvnetError as `mineImages`; `pictures-not-found` if a picture is not what the listing says.
 */
export async function minePart({ part, list, attempt, every }: MineTask, options: MinePartOptions): Promise<MinedPart> {
  const { deconvnet, settings, folder, paths, network, workers, allowHosts, watch, onProgress, signal } = options;
  const images = await findPictures(await folder.readList<ListedPicture>(part, list), paths);
  const checkpoint = await folder.takeOver(part, attempt);
  // Nothing else is taken from the queue.
  const { layers, featureMaps, k, perImage, maxBytes } = settings.miner;
  let warning = '';
  const mine = () =>
    mineWatched(
      {
        ...{ ...network, deconvnet, images, allowHosts, signal },
        ...{ layers, featureMaps, k, perImage, maxBytes },
        ...{ batchSize: settings.batchSize, maxPixels: settings.maxPixels, fetch: settings.fetch },
        ...{ checkpoint: { path: checkpoint, every }, resume: true },
        ...(workers !== undefined && { workers }),
        ...(onProgress && { onProgress }),
        onWarning: ({ message }) => {
          warning = message;
        },
      },
      watch,
    );
  try {
    await mine().catch(async (error: unknown) => {
      // What an earlier worker has left may be damaged. The part is mined from its beginning then.
      if (!isOneOf(error, ['state-unreadable', 'state-mismatch'])) throw error;
      for (const path of Object.values(checkpointPaths(checkpoint))) await rm(path, { force: true });
      await mine();
    });
  } catch (error) {
    if (!isOneOf(error, NOTHING)) throw error;
  }
  return { checkpoint, images: await minedImages(checkpoint, { total: images.length, warning }) };
}

/** The pictures of a part on this machine. They must be those of the listing. */
async function findPictures(list: readonly ListedPicture[], paths: MachinePaths): Promise<PictureFile[]> {
  const found: PictureFile[] = [];
  for (const file of list) found.push(await findPicture(file, paths));
  return found;
}

/** Reads the result from the disk, as the process that merges it will do, and returns how many pictures were mined. */
async function minedImages(
  path: string,
  { total, warning }: { readonly total: number; readonly warning: string },
): Promise<number> {
  const checkpoint = readCheckpointBytes(await readFile(path));
  const isWhole = !('fault' in checkpoint) && checkpoint.left.cursor === total && checkpoint.left.pending.length === 0;
  if (isWhole) return total - checkpoint.skipped.length - checkpoint.setAside.length;
  throw new DeconvnetError('write-failed', `The result ${path} could not be written. ${warning}`.trim());
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return error instanceof DeconvnetError && codes.includes(error.code);
}
