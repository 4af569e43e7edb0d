import type { Region } from './region.js';

/** Cells of padding before and after, per spatial axis; or TensorFlow's words for it. */
export type Padding = 'valid' | 'same' | readonly (readonly [before: number, after: number])[];

/**
 * What one output of a layer can see of its input, per spatial axis: output cell `o` reads the `size` input cells
 * `o * stride - before + t * dilation`.
 */
export interface Window {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  /** Steps between the cells of the window; 1 per axis where absent. */
  readonly dilation?: readonly number[];
  readonly padding: Padding;
  /**
   * For layers that enlarge, as a transposed convolution: input cell `i` writes the output cells
   * `i * stride - before + t * dilation`, and output cell `o` reads the inputs that write it.
   */
  readonly transposed?: true;
  /**
   * Whether `same` padding of a stride wider than the window leaves out cells on both sides, half of them before the
   * first window, as tfjs's three-dimensional layers do. Others leave out all of them at the end.
   */
  readonly centred?: true;
}

/** How far one output reaches: a window, its own cell only, or (absent in a mirror) everything below. */
export type Reach = Window | 'pointwise';

/** Number of input cells from the first to the last that one output reads. */
export function windowSpan(window: Window, axis: number): number {
  return (window.size[axis]! - 1) * (window.dilation?.[axis] ?? 1) + 1;
}

/**
 * Cells of padding before the first one along an axis. With `same` padding it depends on the extent, by TensorFlow's
 * rule: the odd cell goes to the end. An unknown extent counts as a multiple of the stride.
 */
export function paddingBefore(window: Window, axis: number, extent: number | null): number {
  if (window.padding === 'valid') return 0;
  if (window.padding !== 'same') return window.padding[axis]![0];
  const stride = window.stride[axis]!;
  // Enlarging by the stride, `same` cuts off what the windows write beyond it.
  const atLeast = window.centred ? Number.NEGATIVE_INFINITY : 0;
  if (window.transposed) return Math.max(Math.floor((windowSpan(window, axis) - stride) / 2), atLeast);
  const covered = extent === null ? 0 : (Math.ceil(extent / stride) - 1) * stride - extent;
  const total = (extent === null ? -stride : covered) + windowSpan(window, axis);
  return Math.max(Math.floor(total / 2), atLeast);
}

/**
 * The input cells that a region of outputs can see. Where a layer enlarges, the region of some outputs can be empty
 * (size 0): a transposed convolution whose stride is wider than its window leaves cells that read nothing.
 */
export function inputRegionOf(reach: Reach, output: Region, inputExtent: readonly (number | null)[]): Region {
  if (reach === 'pointwise') return output;
  if (reach.transposed) {
    const bounds = output.start.map((from, axis) => {
      const stride = reach.stride[axis]!;
      const before = paddingBefore(reach, axis, inputExtent[axis]!);
      // Not -0, which is another value to whoever compares strictly.
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
