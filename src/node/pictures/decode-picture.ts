import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import { importPeer } from '../import-peer.js';
import { checkReadPictureOptions, MAX_PIXELS, type ReadPictureOptions } from './read-picture-options.js';

/**
 * Decodes a picture as a viewer shows it, as `readPicture` documents it.
 *
 * @param source the path of a file, or its bytes
 * @param name what messages call it
 * @throws DeconvnetError `picture-unreadable`, `missing-peer`, `invalid-option`.
 */
export async function decodePicture(
  source: string | Uint8Array,
  name: string,
  options: ReadPictureOptions,
): Promise<Picture> {
  checkReadPictureOptions(options);
  const { width, height, fit = 'crop', maxPixels = MAX_PIXELS } = options;
  const { default: sharp } = await importPeer('sharp', () => import('sharp'));
  try {
    const upright = sharp(source, { limitInputPixels: maxPixels })
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
        `The picture ${name} cannot be read: it has more than ${maxPixels} pixels.`,
        { cause, advice: { about: 'max-pixels', text: 'Allow more (maxPixels), make it smaller, or leave it out.' } },
      );
    }
    throw new DeconvnetError(
      'picture-unreadable',
      `The picture ${name} cannot be read: ${why}. Open and save it in a picture program, or leave it out.`,
      { cause },
    );
  }
}
