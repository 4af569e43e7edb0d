// Stage: after `tensors/`. `regions/` computes with boxes of cells, and knows nothing about layers.
// In: extents, regions and windows, as plain numbers.
// Out: other regions, such as the input cells that a region of outputs reads (`window.ts`), and tensors that are cut
// or padded to a region (`fit-region.ts`).

/**
 * A box of cells along the spatial axes of one tensor, in that tensor's own coordinates (cell 0 is its first). It may
 * stick out of the tensor's extent; cells outside hold padding.
 */
export interface Region {
  /** First cell, per spatial axis. */
  readonly start: readonly number[];
  /** Number of cells, per spatial axis. */
  readonly size: readonly number[];
}

/** The region that is the whole extent. */
export function wholeRegion(extent: readonly number[]): Region {
  return { start: extent.map(() => 0), size: [...extent] };
}

/** The smallest region that holds both. */
export function boundingRegion(a: Region, b: Region): Region {
  const start = a.start.map((from, axis) => Math.min(from, b.start[axis]!));
  const size = a.start.map(
    (from, axis) => Math.max(from + a.size[axis]!, b.start[axis]! + b.size[axis]!) - start[axis]!,
  );
  return { start, size };
}

/** The part of a region that lies inside the extent; axes that do not meet it have size 0. */
export function clipRegion(region: Region, extent: readonly number[]): Region {
  const start = region.start.map((from, axis) => Math.min(Math.max(from, 0), extent[axis]!));
  const size = region.start.map((from, axis) =>
    Math.max(Math.min(from + region.size[axis]!, extent[axis]!) - start[axis]!, 0),
  );
  return { start, size };
}

/** The cells that both regions hold; axes along which they do not meet have size 0. */
export function commonRegion(a: Region, b: Region): Region {
  const start = a.start.map((from, axis) => Math.max(from, b.start[axis]!));
  const size = start.map((from, axis) =>
    Math.max(Math.min(a.start[axis]! + a.size[axis]!, b.start[axis]! + b.size[axis]!) - from, 0),
  );
  return { start, size };
}

/** Whether two regions hold the same cells. */
export function sameRegion(a: Region, b: Region): boolean {
  return a.start.every((from, axis) => from === b.start[axis] && a.size[axis] === b.size[axis]);
}
