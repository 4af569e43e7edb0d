import { stat } from 'node:fs/promises';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PictureFile } from '../pictures/picture-file.js';
import { isUrl } from '../pictures/picture-url.js';
import type { MachinePaths } from './machine-paths.js';
import type { ListedPicture } from './mine-settings.js';

/**
 * Finds a picture of a listing on this machine. It must be the one that was listed.
 *
 * @throws DeconvnetError `pictures-not-found`; `path-refused`.
 */
export async function findPicture({ bytes, ...file }: ListedPicture, paths: MachinePaths): Promise<PictureFile> {
  // Whoever fetches it checks its host.
  if (isUrl(file.path)) return file;
  const path = await paths.find(file.path);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === bytes) return { ...file, path };
  throw new DeconvnetError(
    'pictures-not-found',
    `The picture ${path} ${size === undefined ? 'is not there' : `has ${size} bytes`}, but it has ${bytes ?? 'unknown'} bytes in the listing of the run. Give this machine the pictures of the listing, or start the run again with the pictures that there are now.`,
  );
}
