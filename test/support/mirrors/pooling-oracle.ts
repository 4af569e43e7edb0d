// Max pooling and its mirror in plain loops, written from the mathematics: the first maximum of a window in row-major
// order wins, padded cells never do, signals that share a switch add. TensorFlow's padding: the odd cell at the end.
import { count, flat, positions } from './positions.js';

/** The sizes of a pooling. */
export interface PoolCase {
  /** Cells of the input, per spatial axis: one, two or three of them. */
  readonly extent: readonly number[];
  readonly maps: number;
  readonly pool: readonly number[];
  readonly stride: readonly number[];
  readonly padding: 'same' | 'valid';
}

interface Axis {
  readonly out: number;
  readonly before: number;
}

function axisOf({ extent, pool, stride, padding }: PoolCase, axis: number): Axis {
  const [cells, size, step] = [extent[axis]!, pool[axis]!, stride[axis]!];
  if (padding === 'valid') return { out: Math.floor((cells - size) / step) + 1, before: 0 };
  const out = Math.ceil(cells / step);
  const total = (out - 1) * step + size - cells;
  // Where windows leave cells out, tfjs's layers over three axes leave half of them out at the start.
  return { out, before: Math.floor((extent.length === 3 ? total : Math.max(total, 0)) / 2) };
}

/** The pooled values, and for each the flat input index of its switch. */
export function oraclePool(
  x: ArrayLike<number>,
  one: PoolCase,
): { shape: number[]; values: number[]; switches: number[] } {
  const axes = one.extent.map((_, axis) => axisOf(one, axis));
  const values: number[] = [];
  const switches: number[] = [];
  const taps = positions(one.pool);
  for (const output of positions(axes.map(({ out }) => out))) {
    for (let map = 0; map < one.maps; map++) {
      let best = -1;
      for (const tap of taps) {
        const cell = tap.map((step, axis) => output[axis]! * one.stride[axis]! - axes[axis]!.before + step);
        if (cell.some((at, axis) => at < 0 || at >= one.extent[axis]!)) continue;
        const at = flat(cell, one.extent) * one.maps + map;
        if (best < 0 || x[at]! > x[best]!) best = at;
      }
      values.push(x[best]!);
      switches.push(best);
    }
  }
  return { shape: [...axes.map(({ out }) => out), one.maps], values, switches };
}

/** The signal at the input, for a signal at the output. */
export function oracleUnpool(signal: ArrayLike<number>, switches: readonly number[], one: PoolCase): number[] {
  const below = Array<number>(cellsOf(one)).fill(0);
  switches.forEach((at, o) => {
    below[at] = below[at]! + signal[o]!;
  });
  return below;
}

/** The number of values of the input. */
export function cellsOf({ extent, maps }: PoolCase): number {
  return count(extent) * maps;
}
