import { checkValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';

/**
 * A picture in memory: RGBA, 8 bits per channel, line by line from the top, not premultiplied. An `ImageData` is a
 * `Picture`, and `new ImageData(picture.data, picture.width, picture.height)` makes one for a canvas.
 */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `width * height * 4` values, 0 to 255. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Checks that a value is a picture.
 *
 * @throws DeconvnetError `invalid-option` if it is not; `shape-mismatch` if its data have the wrong length.
 */
export function checkPicture(picture: unknown): void {
  const isObject = typeof picture === 'object' && picture !== null && 'data' in picture;
  checkValue(isObject, 'A picture is { width, height, data } with the bytes of its pixels as RGBA', picture);
  const { width, height, data } = picture as Partial<Picture>;
  const areBytes = ArrayBuffer.isView(data) && 'length' in data;
  checkValue(areBytes, 'The data of a picture are bytes as RGBA in a Uint8ClampedArray', data);
  const needed = isCount(width, 1) && isCount(height, 1) ? width! * height! * 4 : undefined;
  checkValue(
    needed !== undefined,
    'The width and height of a picture are whole numbers of pixels, 1 or more',
    [width, height].find((side) => !isCount(side, 1)),
  );
  if (data!.length === needed) return;
  throw new DeconvnetError(
    'shape-mismatch',
    `A picture of ${width}x${height} pixels needs ${needed} RGBA values; this one has ${data!.length}.`,
  );
}
