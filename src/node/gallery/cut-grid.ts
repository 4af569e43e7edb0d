import { cellCount, type Region } from '../../regions/region.js';
import type { ValueGrid } from '../../render/value-grid.js';

/**
 * Cuts a window out of the values of a projection. Cells of the window outside the input are not covered. Cells inside
 * the input but outside the values are zero, because the activation does not see them.
 *
 * @param field The place of the values in the input, `[y, x]`.
 * @param inside The input, or the part of it that is known.
 */
export function cutGrid(
  grid: ValueGrid,
  { field, window, inside }: { readonly field: Region; readonly window: Region; readonly inside: Region },
): ValueGrid {
  const { channels } = grid;
  const [height, width] = window.size as [number, number];
  const values = new Float32Array(cellCount(window.size) * channels);
  const cover = new Float32Array(height * width);
  const isIn = ({ start, size }: Region, y: number, x: number): boolean =>
    y >= start[0]! && x >= start[1]! && y < start[0]! + size[0]! && x < start[1]! + size[1]!;
  for (let cell = 0; cell < cover.length; cell++) {
    const y = window.start[0]! + Math.floor(cell / width);
    const x = window.start[1]! + (cell % width);
    if (!isIn(inside, y, x)) continue;
    cover[cell] = 1;
    if (!isIn(field, y, x)) continue;
    const from = ((y - field.start[0]!) * grid.width + x - field.start[1]!) * channels;
    for (let channel = 0; channel < channels; channel++)
      values[cell * channels + channel] = grid.values[from + channel]!;
  }
  return { values, height, width, channels, cover };
}
