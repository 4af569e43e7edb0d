import { indexAt, positionAt } from '../../regions/position.js';
import { cellCount } from '../../regions/region.js';

/** A box of values inside an image that has channels last. */
export interface BoxLines {
  /** The spatial sizes of the image. */
  readonly extent: readonly number[];
  /** The first cell of the box, per spatial axis. */
  readonly start: readonly number[];
  /** The number of cells of the box, per spatial axis. */
  readonly size: readonly number[];
  readonly channels: number;
}

/**
 * Visits the lines of a box inside an image. `visit` receives the index at which a line begins in the image, the index
 * at which it begins in the box, and its length.
 */
export function eachLine(
  { extent, start, size, channels }: BoxLines,
  visit: (inImage: number, inBox: number, length: number) => void,
): void {
  const run = (size.at(-1) ?? 1) * channels;
  const lines = size.slice(0, -1);
  for (let line = 0; line < cellCount(lines); line++) {
    // A line runs along the last axis, so along that axis it begins where the box does.
    const within = positionAt(line, lines);
    const first = start.map((cell, axis) => cell + (within[axis] ?? 0));
    visit(indexAt(first, extent) * channels, line * run, run);
  }
}
