// Stage: after `tensors/`. `regions/` computes with boxes of cells, and knows nothing about layers.
// In: extents, regions and windows, as plain numbers.
// Out: other regions, such as the input cells that a region of outputs reads (`window.ts`), and tensors that are cut
// or padded to a region (`fit-region.ts`).

/**
 * A box of cells along the spatial axes of one tensor, in the coordinates of that tensor: cell 0 is its first cell. A
 * region may stick out of the tensor's extent; its cells outside are padding.
 */
export interface Region {
  /** First cell, per spatial axis. */
  readonly start: readonly number[];
  /** Number of cells, per spatial axis. */
  readonly size: readonly number[];
}

/** The region that covers a whole extent, the sizes of a tensor along its spatial axes. */
export function wholeRegion(extent: readonly number[]): Region {
  return { start: extent.map(() => 0), size: [...extent] };
}

/** The region that is one cell. */
export function cellAt(position: readonly number[]): Region {
  return { start: [...position], size: position.map(() => 1) };
}

/** The number of cells of a region, or of an extent, from its sizes along each axis. */
export function cellCount(size: readonly number[]): number {
  return size.reduce((product, cells) => product * cells, 1);
}

/** The smallest region that contains both. */
export function boundingRegion(a: Region, b: Region): Region {
  const start = a.start.map((from, axis) => Math.min(from, b.start[axis]!));
  const size = a.start.map(
    (from, axis) => Math.max(from + a.size[axis]!, b.start[axis]! + b.size[axis]!) - start[axis]!,
  );
  return { start, size };
}

/** The part of a region that lies inside the extent; the size is 0 along axes on which the region misses the extent. */
export function clipRegion(region: Region, extent: readonly number[]): Region {
  const start = region.start.map((from, axis) => Math.min(Math.max(from, 0), extent[axis]!));
  const size = region.start.map((from, axis) =>
    Math.max(Math.min(from + region.size[axis]!, extent[axis]!) - start[axis]!, 0),
  );
  return { start, size };
}

/** The cells that both regions contain; the size is 0 along axes on which the regions do not meet. */
export function commonRegion(a: Region, b: Region): Region {
  const start = a.start.map((from, axis) => Math.max(from, b.start[axis]!));
  const size = start.map((from, axis) =>
    Math.max(Math.min(a.start[axis]! + a.size[axis]!, b.start[axis]! + b.size[axis]!) - from, 0),
  );
  return { start, size };
}

/** Whether two regions contain the same cells. */
export function sameRegion(a: Region, b: Region): boolean {
  return a.start.every((from, axis) => from === b.start[axis] && a.size[axis] === b.size[axis]);
}
