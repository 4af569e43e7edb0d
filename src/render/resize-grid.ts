import type { ValueGrid } from './value-grid.js';

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The largest size of a drawing that fits into a tile. A larger picture is shrunk, and keeps its proportions. A smaller
 * one is enlarged by a whole factor.
 */
export function fittedSize({ width, height }: Size, tile: Size): Size {
  const ratio = Math.min(tile.width / width, tile.height / height);
  const factor = ratio < 1 ? ratio : Math.floor(ratio);
  const scaled = (side: number): number => Math.max(1, Math.round(side * factor));
  return { width: Math.min(tile.width, scaled(width)), height: Math.min(tile.height, scaled(height)) };
}

/** The cells that make one cell of the result along one axis, and how much of each. */
export interface Span {
  readonly from: number;
  readonly weights: readonly number[];
}

/**
 * The cells that are averaged, along an axis with `from` cells, into each of `to` cells: the whole area that a cell
 * covers if the axis shrinks, and a single cell if it does not.
 */
export function spans(from: number, to: number): Span[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, cell) => {
    if (to >= from) return { from: Math.floor((cell * from) / to), weights: [1] };
    const start = cell * ratio;
    const end = Math.min(from, (cell + 1) * ratio);
    const first = Math.floor(start);
    const weights: number[] = [];
    for (let i = first; i < end; i++) weights.push(Math.min(i + 1, end) - Math.max(i, start));
    return { from: first, weights };
  });
}

/**
 * Brings values to another size: along an axis that shrinks they are averaged by area, and along one that grows they are
 * repeated. Cells outside of the input weigh nothing.
 */
export function resizeGrid(grid: ValueGrid, { width, height }: Size): ValueGrid {
  const { values, channels, cover } = grid;
  if (width === grid.width && height === grid.height) return grid;
  const columns = spans(grid.width, width);
  const rows = spans(grid.height, height);
  const resized = new Float32Array(width * height * channels);
  const covered = new Float32Array(width * height);
  const sums = new Float64Array(channels);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      sums.fill(0);
      let inside = 0;
      let area = 0;
      for (const [j, down] of row.weights.entries()) {
        for (const [i, across] of column.weights.entries()) {
          const cell = (row.from + j) * grid.width + column.from + i;
          const weight = down * across * (cover ? cover[cell]! : 1);
          area += down * across;
          inside += weight;
          for (let channel = 0; channel < channels; channel++)
            sums[channel]! += weight * values[cell * channels + channel]!;
        }
      }
      const to = y * width + x;
      covered[to] = inside / area;
      if (inside > 0)
        for (let channel = 0; channel < channels; channel++) resized[to * channels + channel] = sums[channel]! / inside;
    }
  }
  return { values: resized, width, height, channels, ...(cover && { cover: covered }) };
}

/** Brings values to the largest size that fits into a tile. */
export function fitGrid(grid: ValueGrid, tile: Size): ValueGrid {
  return resizeGrid(grid, fittedSize(grid, tile));
}
