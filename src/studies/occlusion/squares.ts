import { checkValue, isCount } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Box } from '../kit/covered-copies.js';

/** Where a square is put: in the middle of each cell of a grid that covers the picture. */
export interface SquareGrid {
  readonly rows: number;
  readonly columns: number;
  /** The squares row by row. At the border of the picture they are cut off. */
  readonly squares: readonly Box[];
}

/**
 * The places of a square in a picture. Neighbours are `stride` pixels apart, or a little less, so that whole cells of the
 * grid cover the picture.
 */
export function squareGrid(
  { height, width }: { readonly height: number; readonly width: number },
  { size, stride }: { readonly size: number; readonly stride: number },
): SquareGrid {
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const along = (place: number, count: number, extent: number): [number, number] => {
    const start = Math.round(((place + 0.5) * extent) / count - size / 2);
    return [Math.max(0, start), Math.min(extent, start + size)];
  };
  const squares = Array.from({ length: rows * columns }, (_, i) => {
    const [top, bottom] = along(Math.floor(i / columns), rows, height);
    const [left, right] = along(i % columns, columns, width);
    return { top, left, bottom, right };
  });
  return { rows, columns, squares };
}

/**
 * The side of the square and its stride, given or by default.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function squareOf(
  { height, width }: { readonly height: number; readonly width: number },
  options: { readonly size?: number; readonly stride?: number },
): { size: number; stride: number } {
  const shorter = Math.min(height, width);
  const { size = Math.max(1, Math.round((shorter * 2) / 9)), stride = Math.max(1, Math.round(shorter / 28)) } = options;
  checkValue(isCount(size, 1), 'size is the side of the square in pixels, 1 or more', size);
  checkValue(isCount(stride, 1), 'stride is the distance between two places in pixels, 1 or more', stride);
  if (size > shorter) {
    throw new DeconvnetError(
      'invalid-option',
      `A square of ${size} pixels does not fit into a picture of ${height}x${width}. Choose a size of at most ${shorter}.`,
    );
  }
  return { size, stride };
}
