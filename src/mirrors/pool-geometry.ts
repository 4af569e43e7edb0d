import type { Region } from '../network/region.js';
import type { Window } from '../network/window.js';

/** Where the windows of a pooling layer lie, along its two spatial axes. */
export interface PoolGeometry {
  readonly window: Window;
  /** Cells of the layer's whole input. */
  readonly extent: readonly number[];
  /** Cells of padding before the first. */
  readonly before: readonly number[];
  /** The part of the input in hand. */
  readonly input: Region;
  /** The part of the output in hand. */
  readonly output: Region;
}
