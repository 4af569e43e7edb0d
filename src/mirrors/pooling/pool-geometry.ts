import type { Region } from '../../regions/region.js';
import { inputRegionOf, paddingBefore, type Window } from '../../regions/window.js';
import { spatialSizes } from '../kit/channels-last.js';
import type { MirrorContext } from '../mirror.js';

/** Where the windows of a pooling layer lie, along its one to three spatial axes. */
export interface PoolGeometry {
  readonly window: Window;
  /** The number of cells in the layer's whole input. */
  readonly extent: readonly number[];
  /** The number of cells of padding before the first cell. */
  readonly before: readonly number[];
  /** The part of the input that a tensor at the input covers. */
  readonly input: Region;
  /** The part of the output that a tensor at the output covers. */
  readonly output: Region;
}

/** Where the windows of a pooling layer lie; the context is that of a mirror with its channels last. */
export function poolGeometry(window: Window, at: MirrorContext): PoolGeometry {
  const extent = spatialSizes(at.inputShapes[0]!);
  return {
    window,
    extent,
    before: extent.map((cells, axis) => paddingBefore(window, axis, cells)),
    input: at.inputRegions[0]!,
    output: at.outputRegion,
  };
}

/** The axes of a channels-last tensor along which the windows run. */
export function poolAxes({ window }: PoolGeometry): number[] {
  return window.size.map((_, axis) => axis + 1);
}

/** The cells of the input that the windows of the output read, including padding. */
export function cellsSeen({ window, extent, output }: PoolGeometry): Region {
  return inputRegionOf(window, output, extent);
}

/** How many cells of each window are real and not padding: one number per output, in row-major order. */
export function realCells(geometry: PoolGeometry): number[] {
  return geometry.output.size.reduce<number[]>(
    (counts, _, axis) => counts.flatMap((count) => realAlong(geometry, axis).map((cells) => count * cells)),
    [1],
  );
}

function realAlong({ window, extent, before, output }: PoolGeometry, axis: number): number[] {
  return Array.from({ length: output.size[axis]! }, (_, o) => {
    const first = (output.start[axis]! + o) * window.stride[axis]! - before[axis]!;
    return Math.max(Math.min(first + window.size[axis]!, extent[axis]!) - Math.max(first, 0), 0);
  });
}
