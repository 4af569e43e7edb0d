import type { ValueGrid } from './value-grid.js';

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size with the same proportions that fills a tile along at least one side. */
export function filledSize({ width, height }: Size, tile: Size): Size {
  const ratio = Math.min(tile.width / width, tile.height / height);
  const scaled = (side: number, most: number): number => Math.min(most, Math.max(1, Math.round(side * ratio)));
  return { width: scaled(width, tile.width), height: scaled(height, tile.height) };
}

/** The size of a drawing whose longer side is at most `tile`: it is shrunk, or enlarged by a whole factor. */
export function drawnSize({ width, height }: Size, tile: number): Size {
  const factor = Math.floor(tile / Math.max(width, height));
  if (factor > 0) return { width: width * factor, height: height * factor };
  return filledSize({ width, height }, { width: tile, height: tile });
}

/** The cells that make one cell of the result along one axis, and how much of each. */
export interface Span {
  readonly from: number;
  readonly weights: readonly number[];
}

/**
 * The cells that are averaged, along an axis with `from` cells, into each of `to` cells, weighted by the length that they
 * share. If the axis grows by a whole factor, each cell is repeated.
 */
export function spans(from: number, to: number): Span[] {
  return Array.from({ length: to }, (_, cell) => {
    // Whole numbers, in units of 1 / to cells: with rounding errors, cells that only touch would get a tiny weight.
    const start = cell * from;
    const end = start + from;
    const first = Math.floor(start / to);
    const weights: number[] = [];
    for (let i = first; i * to < end; i++) weights.push(Math.min((i + 1) * to, end) - Math.max(i * to, start));
    return { from: first, weights };
  });
}

/**
 * Brings values to another size by averaging the area that each new cell covers. Cells outside of the input weigh
 * nothing.
 */
export function resizeGrid(grid: ValueGrid, { width, height }: Size): ValueGrid {
  const { values, channels, cover } = grid;
  if (width === grid.width && height === grid.height) return grid;
  const columns = spans(grid.width, width);
  const rows = spans(grid.height, height);
  const resized = new Float32Array(width * height * channels);
  const covered = new Float32Array(width * height);
  const sums = new Float64Array(channels);
  // Loops over indices, because iterators would take twice as long.
  for (let to = 0; to < covered.length; to++) {
    const row = rows[Math.floor(to / width)]!;
    const column = columns[to % width]!;
    sums.fill(0);
    let inside = 0;
    let area = 0;
    for (let j = 0; j < row.weights.length; j++) {
      for (let i = 0; i < column.weights.length; i++) {
        const cell = (row.from + j) * grid.width + column.from + i;
        const share = row.weights[j]! * column.weights[i]!;
        const weight = share * (cover ? cover[cell]! : 1);
        area += share;
        inside += weight;
        for (let channel = 0; channel < channels; channel++)
          sums[channel]! += weight * values[cell * channels + channel]!;
      }
    }
    covered[to] = inside / area;
    if (inside > 0)
      for (let channel = 0; channel < channels; channel++) resized[to * channels + channel] = sums[channel]! / inside;
  }
  return { values: resized, width, height, channels, ...(cover && { cover: covered }) };
}
