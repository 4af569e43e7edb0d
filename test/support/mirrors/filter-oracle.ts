// Linear layers written from the mathematics, one function for each: a layer is a list of terms, each of which adds
// coefficient * input to an output on the way up, and coefficient * signal to an input on the way down.

import { count, flat, positions } from './positions.js';

/** How cells and feature maps lie in a flat array. */
export interface Grid {
  readonly extent: readonly number[];
  readonly maps: number;
  readonly channelsFirst: boolean;
}

interface Term {
  readonly output: number;
  readonly input: number;
  readonly coefficient: number;
}

export interface LinearLayer {
  readonly from: Grid;
  readonly to: Grid;
  readonly terms: readonly Term[];
}

export interface Sliding {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: 'same' | 'valid';
}

/** A window's place over a cell that is no padding; `tap` is the place in the window. */
interface Touch {
  readonly small: readonly number[];
  readonly large: readonly number[];
  readonly tap: number;
}

/** The flat index of a feature map's value at a cell. */
export function indexOf({ extent, maps, channelsFirst }: Grid, cell: readonly number[], map: number): number {
  const at = flat(cell, extent);
  return channelsFirst ? map * count(extent) + at : at * maps + map;
}

/** The number of values on a grid. */
export const sizeOf = ({ extent, maps }: Grid): number => count(extent) * maps;

/** Every window over the cells it touches, and the number of windows per axis. */
function slide(
  extent: readonly number[],
  { window, strides, dilationRate, padding }: Sliding,
): { counts: number[]; touches: Touch[] } {
  const axes = extent.map((cells, axis) => {
    const [size, step] = [window[axis]!, strides[axis]!];
    const span = (size - 1) * dilationRate[axis]! + 1;
    if (padding === 'valid') return { count: Math.floor((cells - span) / step) + 1, before: 0 };
    const count = Math.ceil(cells / step);
    const total = (count - 1) * step + span - cells;
    // Where windows leave cells out, tfjs's layers over three axes leave half of them out at the start.
    return { count, before: Math.floor((extent.length === 3 ? total : Math.max(total, 0)) / 2) };
  });
  const counts = axes.map(({ count }) => count);
  const touches: Touch[] = [];
  for (const small of positions(counts)) {
    for (const [tap, place] of positions(window).entries()) {
      const large = place.map(
        (step, axis) => small[axis]! * strides[axis]! - axes[axis]!.before + step * dilationRate[axis]!,
      );
      if (large.every((at, axis) => at >= 0 && at < extent[axis]!)) touches.push({ small, large, tap });
    }
  }
  return { counts, touches };
}

/** A layer whose windows read: `weigh` gives the coefficient of a tap, from one feature map to another. */
function reading(
  from: Grid,
  maps: number,
  sliding: Sliding,
  weigh: (tap: number, below: number, above: number, touched: number) => number,
): LinearLayer {
  const { counts, touches } = slide(from.extent, sliding);
  const to = { ...from, extent: counts, maps };
  const touched = Array<number>(count(counts)).fill(0);
  const cell = { extent: counts, maps: 1, channelsFirst: false };
  for (const { small } of touches) touched[indexOf(cell, small, 0)]! += 1;
  const terms = touches.flatMap(({ small, large, tap }) =>
    pairs(from.maps, maps).map(([below, above]) => ({
      output: indexOf(to, small, above),
      input: indexOf(from, large, below),
      coefficient: weigh(tap, below, above, touched[indexOf(cell, small, 0)]!),
    })),
  );
  return { from, to, terms: terms.filter(({ coefficient }) => coefficient !== 0) };
}

const pairs = (one: number, other: number): [number, number][] => positions([one, other]) as [number, number][];

/** Kernel: window, feature maps below, filters. */
export function convolution(from: Grid, filters: number, sliding: Sliding, kernel: ArrayLike<number>): LinearLayer {
  return reading(from, filters, sliding, (tap, below, above) => kernel[(tap * from.maps + below) * filters + above]!);
}

/** Kernel: window, feature maps below, multiplier. */
export function depthwise(from: Grid, multiplier: number, sliding: Sliding, kernel: ArrayLike<number>): LinearLayer {
  return reading(from, from.maps * multiplier, sliding, (tap, below, above) =>
    Math.floor(above / multiplier) === below
      ? kernel[(tap * from.maps + below) * multiplier + (above % multiplier)]!
      : 0,
  );
}

/** A depthwise kernel, and one that mixes its feature maps at each cell: maps between, filters. */
export function separable(
  from: Grid,
  { multiplier, filters }: { readonly multiplier: number; readonly filters: number },
  sliding: Sliding,
  [inner, mix]: readonly [ArrayLike<number>, ArrayLike<number>],
): LinearLayer {
  const lower = depthwise(from, multiplier, sliding, inner);
  const upper = matrix(lower.to, filters, mix);
  const terms = lower.terms.flatMap(({ output, input, coefficient }) =>
    upper.terms
      .filter((mixed) => mixed.input === output)
      .map((mixed) => ({
        output: mixed.output,
        input,
        coefficient: coefficient * mixed.coefficient,
      })),
  );
  return { from, to: upper.to, terms };
}

/** Windows that write: a convolution's from outputs to inputs, turned round. Kernel: window, filters, maps below. */
export function transposed(from: Grid, filters: number, sliding: Sliding, kernel: ArrayLike<number>): LinearLayer {
  const extent = from.extent.map((cells, axis) => {
    const [size, step] = [sliding.window[axis]!, sliding.strides[axis]!];
    return cells * step + (sliding.padding === 'valid' ? Math.max(size - step, 0) : 0);
  });
  const to = { ...from, extent, maps: filters };
  const terms = slide(extent, sliding).touches.flatMap(({ small, large, tap }) =>
    pairs(from.maps, filters).map(([below, above]) => ({
      output: indexOf(to, large, above),
      input: indexOf(from, small, below),
      coefficient: kernel[(tap * filters + above) * from.maps + below]!,
    })),
  );
  return { from, to, terms };
}

/** Means over the real cells of each window. */
export function average(from: Grid, sliding: Sliding): LinearLayer {
  return reading(from, from.maps, sliding, (_, below, above, touched) => (below === above ? 1 / touched : 0));
}

/** Means over all cells. */
export function globalAverage(from: Grid): LinearLayer {
  const to = { ...from, extent: [] };
  const terms = pairs(count(from.extent), from.maps).map(([cell, map]) => ({
    output: map,
    input: from.channelsFirst ? map * count(from.extent) + cell : cell * from.maps + map,
    coefficient: 1 / count(from.extent),
  }));
  return { from, to, terms };
}

/** A matrix at each cell: feature maps below, units. */
export function matrix(from: Grid, units: number, kernel: ArrayLike<number>): LinearLayer {
  const to = { ...from, maps: units };
  const terms = positions(from.extent).flatMap((cell) =>
    pairs(from.maps, units).map(([below, above]) => ({
      output: indexOf(to, cell, above),
      input: indexOf(from, cell, below),
      coefficient: kernel[below * units + above]!,
    })),
  );
  return { from, to, terms };
}
