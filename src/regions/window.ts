import type { Region } from './region.js';

/** How many cells of padding there are before and after, per spatial axis; or TensorFlow's word for the padding. */
export type Padding = 'valid' | 'same' | readonly (readonly [before: number, after: number])[];

/**
 * What one output of a layer can see of its input, per spatial axis: output cell `o` reads the input cells
 * `o * stride - before + t * dilation` for `t` from 0 to `size - 1`, where `before` is the padding before the first cell.
 */
export interface Window {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  /** Steps between the cells of the window, per axis; 1 by default. */
  readonly dilation?: readonly number[];
  readonly padding: Padding;
  /**
   * True for layers that enlarge, such as a transposed convolution: input cell `i` writes the output cells
   * `i * stride - before + t * dilation`, and output cell `o` reads the inputs that write it.
   */
  readonly transposed?: true;
  /**
   * If the stride is wider than the window, windows with `same` padding leave some cells out. tfjs's three-dimensional
   * layers leave out half of them before the first window: for them this is true. Other layers leave out all of them at
   * the end.
   */
  readonly centred?: true;
}

/** How far one output reaches: a window, or only its own cell. A mirror without a reach sees everything below. */
export type Reach = Window | 'pointwise';

/** The number of input cells from the first to the last that one output reads, both included. */
export function windowSpan(window: Window, axis: number): number {
  return (window.size[axis]! - 1) * (window.dilation?.[axis] ?? 1) + 1;
}

/**
 * The number of cells of padding before the first cell along an axis. With `same` padding it depends on the extent:
 * TensorFlow pads both sides alike, and puts an odd cell at the end. An unknown extent counts as a multiple of the stride.
 */
export function paddingBefore(window: Window, axis: number, extent: number | null): number {
  if (window.padding === 'valid') return 0;
  if (window.padding !== 'same') return window.padding[axis]![0];
  const stride = window.stride[axis]!;
  // With `same`, a layer that enlarges multiplies the extent by the stride, and cuts off what windows write beyond that.
  const atLeast = window.centred ? Number.NEGATIVE_INFINITY : 0;
  if (window.transposed) return Math.max(Math.floor((windowSpan(window, axis) - stride) / 2), atLeast);
  const covered = extent === null ? 0 : (Math.ceil(extent / stride) - 1) * stride - extent;
  const total = (extent === null ? -stride : covered) + windowSpan(window, axis);
  return Math.max(Math.floor(total / 2), atLeast);
}

/**
 * The input cells that a region of outputs can see. The result can be empty (size 0) if the layer enlarges: a transposed
 * convolution whose stride is wider than its window has outputs that read nothing.
 */
export function inputRegionOf(reach: Reach, output: Region, inputExtent: readonly (number | null)[]): Region {
  if (reach === 'pointwise') return output;
  if (reach.transposed) {
    const bounds = output.start.map((from, axis) => {
      const stride = reach.stride[axis]!;
      const before = paddingBefore(reach, axis, inputExtent[axis]!);
      // Adding 0 turns -0 into 0, because tests and callers may compare strictly.
      const first = Math.ceil((from + before - windowSpan(reach, axis) + 1) / stride) + 0;
      return { first, last: Math.floor((from + output.size[axis]! - 1 + before) / stride) };
    });
    return {
      start: bounds.map(({ first }) => first),
      size: bounds.map(({ first, last }) => Math.max(last - first + 1, 0)),
    };
  }
  const start = output.start.map(
    (from, axis) => from * reach.stride[axis]! - paddingBefore(reach, axis, inputExtent[axis]!),
  );
  const size = output.size.map((cells, axis) => (cells - 1) * reach.stride[axis]! + windowSpan(reach, axis));
  return { start, size };
}
