import { clipRegion, type Region } from '../../regions/region.js';

/** The tiles of a feature map that zoom. */
export interface FocusOptions {
  /** For each tile, the part of the input that it shows without zoom. All have the same size. */
  readonly windows: readonly Region[];
  /** For each tile, the box in which most of its projection is; undefined if it is zero everywhere. */
  readonly bounds: readonly (Region | undefined)[];
  /** The size of the input; null if it is not known. */
  readonly extent: readonly number[] | null;
}

/** The side of the box is longer than that of the largest bounds by this factor, so that one sees what is around it. */
const PADDING = 1.1;

/**
 * The part of the input that each tile of a feature map shows when it zooms to the projections: a square that is the same
 * size for all tiles and large enough for the bounds of each, with its centre at the centre of the bounds, moved where
 * this keeps it inside the window and the input. It is never larger than the window.
 */
export function focusWindows({ windows, bounds, extent }: FocusOptions): Region[] {
  const longest = Math.max(...bounds.flatMap((box) => box?.size ?? []));
  if (longest === Number.NEGATIVE_INFINITY) return [...windows];
  const side = Math.ceil(longest * PADDING);
  return windows.map((window, rank) => {
    const room = extent ? clipRegion(window, extent) : window;
    const { start, size } = bounds[rank] ?? window;
    const sizes = window.size.map((most) => Math.min(side, most));
    return {
      start: sizes.map((length, axis) => {
        const { start: least, size: space } = length <= room.size[axis]! ? axisOf(room, axis) : axisOf(window, axis);
        const centred = Math.round(start[axis]! + (size[axis]! - length) / 2);
        return Math.min(Math.max(centred, least), least + space - length);
      }),
      size: sizes,
    };
  });
}

function axisOf({ start, size }: Region, axis: number): { readonly start: number; readonly size: number } {
  return { start: start[axis]!, size: size[axis]! };
}
