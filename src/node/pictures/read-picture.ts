import { existsSync, statSync } from 'node:fs';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import { checkOnDisk, checkPath } from '../check-path.js';
import { importPeer } from '../import-peer.js';
import { decodePicture } from './decode-picture.js';
import { checkReadPictureOptions, type ReadPictureOptions } from './read-picture-options.js';

/**
 * Reads a picture as a viewer shows it: turned as its EXIF data say, in sRGB with 8 bits per channel, transparent pixels
 * on white, and the first frame of an animation.
 *
 * Needs the optional peer `sharp`.
 *
 * @example
 * ```ts
 * import { readPicture } from 'deconvnet/node';
 *
 * const thumbnail = (path: string) => readPicture(path, { width: 224, height: 224 });
 * ```
 * @throws DeconvnetError `pictures-not-found`, `picture-unreadable`, `missing-peer`, `invalid-option`.
 */
export async function readPicture(path: string, options: ReadPictureOptions = {}): Promise<Picture> {
  checkReadPictureOptions(options);
  checkPath('readPicture reads a picture file', path);
  checkOnDisk(path, 'pictures-not-found', 'Download the picture first, or use readPictures, which fetches URLs.');
  await importPeer('sharp', () => import('sharp'));
  if (!existsSync(path)) {
    throw new DeconvnetError('pictures-not-found', `The picture ${path} does not exist. Check the path.`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DeconvnetError(
      'pictures-not-found',
      `${path} is a folder, not a picture. Give the path of a file in it.`,
    );
  }
  return decodePicture(path, path, options);
}
