import { checkValue, isCount } from '../errors/check-options.js';

/**
 * Checks the cells of a map.
 *
 * @param what the name of the list of cells: `values`
 * @throws DeconvnetError `invalid-option`.
 */
export function checkMap(
  what: string,
  map: { readonly cells: unknown; readonly height: unknown; readonly width: unknown },
): void {
  const { cells, height, width } = map;
  checkValue(isCount(height, 1), 'height is the number of rows of cells, 1 or more', height);
  checkValue(isCount(width, 1), 'width is the number of columns of cells, 1 or more', width);
  const length = (cells as ArrayLike<number> | null | undefined)?.length;
  checkValue(
    length === (height as number) * (width as number),
    `${what} has one number for each of ${height}x${width} cells, row by row`,
    cells,
  );
}
