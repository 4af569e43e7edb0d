import { checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Box } from '../kit/covered-copies.js';

/** A height and a width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Where a box was measured, and where it is needed. */
export interface FitBoxOptions {
  /** The size of the picture file, as a viewer shows it. */
  readonly picture: Size;
  /** The size of the model's input; for a model that takes any size, that of the picture. */
  readonly input: Size;
  /** How the picture is made to fit into the input: `crop` or `stretch`, as in the input format. */
  readonly fit: 'crop' | 'stretch';
  /** What messages call the box. Default: `The box`. */
  readonly name?: string;
}

/** The least share of a box that has to be left when the picture is cropped. */
const LEAST = 0.5;

/**
 * Converts a box from pixels of a picture file to whole pixels of a model's input. If the picture is cropped to fit, the box
 * is cut off where the picture is.
 *
 * @returns a box of at least one pixel, inside of the input
 * @example
 * ```ts
 * import { fitBox } from 'deconvnet/studies';
 *
 * const [picture, input] = [{ height: 480, width: 640 }, { height: 224, width: 224 }];
 * const box = fitBox({ top: 240, left: 320, bottom: 300, right: 380 }, { picture, input, fit: 'crop' });
 * console.log(box); // { top: 112, left: 112, bottom: 140, right: 140 }
 * ```
 * @throws DeconvnetError `invalid-option` if the box is not inside of the picture, or if more than half of it is cropped away.
 */
export function fitBox(box: Box, options: FitBoxOptions): Box {
  checkKeys('fitBox', options, ['picture', 'input', 'fit', 'name'] as const);
  const { picture, input, fit, name = 'The box' } = options;
  for (const size of [picture, input]) {
    checkValue(size?.height > 0 && size.width > 0, 'A size is { height, width } in pixels', size);
  }
  checkValue(fit === 'crop' || fit === 'stretch', "fit is 'crop' or 'stretch'", fit);
  checkInside(box, picture, name);
  const zoom =
    fit === 'crop'
      ? Math.min(picture.height / input.height, picture.width / input.width)
      : { y: picture.height / input.height, x: picture.width / input.width };
  const { y, x } = typeof zoom === 'number' ? { y: zoom, x: zoom } : zoom;
  const [startY, startX] = [(picture.height - input.height * y) / 2, (picture.width - input.width * x) / 2];
  const [top, bottom] = within((box.top - startY) / y, (box.bottom - startY) / y, input.height);
  const [left, right] = within((box.left - startX) / x, (box.right - startX) / x, input.width);
  const [whole, kept] = [area(box), Math.max(0, bottom - top) * y * Math.max(0, right - left) * x];
  // A share that is a half but for a rounding error counts as a half.
  if (kept < (LEAST - 1e-9) * whole) {
    const rows = [startY, picture.height - startY].map(Math.round).join(' to ');
    const columns = [startX, picture.width - startX].map(Math.round).join(' to ');
    throw new DeconvnetError(
      'invalid-option',
      `${name} is cut off ${kept === 0 ? 'as a whole' : 'by more than half'}: the model sees the middle of the picture, which is columns ${columns} and rows ${rows} of ${picture.width}x${picture.height} pixels. Leave the box out, or choose an input format whose fit is 'stretch'.`,
    );
  }
  const [firstRow, lastRow] = wholePixels(top, bottom, input.height);
  const [firstColumn, lastColumn] = wholePixels(left, right, input.width);
  return { top: firstRow, left: firstColumn, bottom: lastRow, right: lastColumn };
}

function checkInside(box: Box, { height, width }: Size, name: string): void {
  const { top, left, bottom, right } = box ?? {};
  const isInside = 0 <= top && top < bottom && bottom <= height && 0 <= left && left < right && right <= width;
  if (isInside) return;
  throw new DeconvnetError(
    'invalid-option',
    `${name} must lie inside of the picture, which is ${width} pixels wide and ${height} high: 0 <= left < right <= ${width}, 0 <= top < bottom <= ${height}. It is ${JSON.stringify(box)}. Boxes are measured in pixels of the picture file.`,
  );
}

function within(from: number, to: number, size: number): [number, number] {
  return [Math.max(0, from), Math.min(size, to)];
}

function area({ top, left, bottom, right }: Box): number {
  return (bottom - top) * (right - left);
}

/** The nearest whole pixels, at least one. */
function wholePixels(from: number, to: number, size: number): [number, number] {
  const first = Math.min(Math.round(from), size - 1);
  return [first, Math.max(first + 1, Math.round(to))];
}
