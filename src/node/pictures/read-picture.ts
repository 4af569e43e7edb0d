import { existsSync, statSync } from 'node:fs';
import { checkKeys, checkValue, isCount } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import { checkOnDisk, checkPath } from '../check-path.js';
import { importPeer } from '../import-peer.js';

/** The size to which a picture is brought, and how large a file may be. */
export interface ReadPictureOptions {
  /** In pixels. By default the width of the file or, if `height` is given, in proportion to it. */
  readonly width?: number;
  /** In pixels. By default the height of the file or, if `width` is given, in proportion to it. */
  readonly height?: number;
  /** How a picture of other proportions is made to fit: its centre is cut out (`crop`, the default), or it is stretched. */
  readonly fit?: 'crop' | 'stretch';
  /**
   * The largest number of pixels (width times height) that a picture may have; 268 402 689 (16383 x 16383) by default. A
   * larger picture is refused after its header was read, and before it is decoded.
   */
  readonly maxPixels?: number;
}

const NAMES = ['width', 'height', 'fit', 'maxPixels'] satisfies readonly (keyof ReadPictureOptions)[];

/** The default of `maxPixels`. */
export const MAX_PIXELS: number = 16383 ** 2;

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
  checkKeys('readPicture', options, NAMES);
  const { width, height, fit = 'crop', maxPixels = MAX_PIXELS } = options;
  for (const [name, pixels] of Object.entries({ width, height })) {
    const isSize = pixels === undefined || isCount(pixels, 1);
    checkValue(isSize, `The ${name} of a picture is a whole number of pixels, 1 or more`, pixels);
  }
  checkValue(fit === 'crop' || fit === 'stretch', "fit is 'crop' or 'stretch'", fit);
  const isMost = isCount(maxPixels, 1);
  checkValue(
    isMost,
    'maxPixels is the largest number of pixels that a picture may have, a whole number of 1 or more',
    maxPixels,
  );
  checkPath('readPicture reads a picture file', path);
  checkOnDisk(path, 'pictures-not-found', 'Download the picture first.');
  const { default: sharp } = await importPeer('sharp', () => import('sharp'));
  if (!existsSync(path)) {
    throw new DeconvnetError('pictures-not-found', `The picture ${path} does not exist. Check the path.`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DeconvnetError(
      'pictures-not-found',
      `${path} is a folder, not a picture. Give the path of a file in it.`,
    );
  }
  try {
    const upright = sharp(path, { limitInputPixels: maxPixels })
      .rotate()
      .toColourspace('srgb')
      .flatten({ background: '#ffffff' });
    const sized =
      width === undefined && height === undefined
        ? upright
        : upright.resize({
            ...(width !== undefined && { width }),
            ...(height !== undefined && { height }),
            fit: fit === 'crop' ? 'cover' : 'fill',
          });
    const { data, info } = await sized.ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim();
    if (/pixel limit/.test(why)) {
      throw new DeconvnetError(
        'picture-unreadable',
        `The picture ${path} cannot be read: it has more than ${maxPixels} pixels.`,
        { cause, advice: { about: 'max-pixels', text: 'Allow more (maxPixels), make it smaller, or leave it out.' } },
      );
    }
    throw new DeconvnetError(
      'picture-unreadable',
      `The picture ${path} cannot be read: ${why}. Open and save it in a picture program, or leave it out.`,
      { cause },
    );
  }
}
