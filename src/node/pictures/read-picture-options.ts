import { checkKeys, checkValue, isCount } from '../../errors/check-options.js';

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

/** @throws DeconvnetError `invalid-option`. */
export function checkReadPictureOptions(options: ReadPictureOptions): void {
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
}
