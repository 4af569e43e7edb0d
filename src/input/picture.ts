import { checkValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';

/**
 * A picture in memory: RGBA, 8 bits a channel, row by row, not premultiplied. An `ImageData` is one, and
 * `new ImageData(picture.data, picture.width, picture.height)` draws one on a canvas.
 */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `width * height * 4` values, 0 to 255. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** @throws DeconvnetError `invalid-option` for what is no picture, `shape-mismatch` for one with the wrong number of values. */
export function checkPicture(picture: unknown): void {
  const isObject = typeof picture === 'object' && picture !== null && 'data' in picture;
  checkValue(isObject, 'A picture is { width, height, data }, the bytes of its pixels as RGBA', picture);
  const { width, height, data } = picture as Partial<Picture>;
  const areBytes = ArrayBuffer.isView(data) && 'length' in data;
  checkValue(areBytes, 'The data of a picture are bytes, RGBA, a Uint8ClampedArray', data);
  const needed = isCount(width, 1) && isCount(height, 1) ? width! * height! * 4 : undefined;
  checkValue(
    needed !== undefined,
    'The width and height of a picture are whole numbers of pixels, 1 or more',
    [width, height].find((side) => !isCount(side, 1)),
  );
  if (data!.length === needed) return;
  throw new DeconvnetError(
    'shape-mismatch',
    `A picture of ${width}x${height} pixels needs ${needed} RGBA values, and has ${data!.length}.`,
  );
}
