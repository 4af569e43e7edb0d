// Max pooling and its mirror in plain loops, written from the mathematics: the first maximum of a window in row-major
// order wins, padded cells never do, signals that share a switch add. TensorFlow's padding: the odd cell at the end.

export interface PoolCase {
  readonly height: number;
  readonly width: number;
  readonly maps: number;
  readonly pool: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

interface Axis {
  readonly out: number;
  readonly before: number;
}

function axisOf(extent: number, size: number, stride: number, padding: PoolCase['padding']): Axis {
  if (padding === 'valid') return { out: Math.floor((extent - size) / stride) + 1, before: 0 };
  const out = Math.ceil(extent / stride);
  return { out, before: Math.floor(Math.max((out - 1) * stride + size - extent, 0) / 2) };
}

/** The pooled values, and for each the flat input index of its switch. */
export function oraclePool(
  x: ArrayLike<number>,
  one: PoolCase,
): { shape: number[]; values: number[]; switches: number[] } {
  const rows = axisOf(one.height, one.pool[0], one.stride[0], one.padding);
  const columns = axisOf(one.width, one.pool[1], one.stride[1], one.padding);
  const values: number[] = [];
  const switches: number[] = [];
  for (let oy = 0; oy < rows.out; oy++) {
    for (let ox = 0; ox < columns.out; ox++) {
      for (let map = 0; map < one.maps; map++) {
        let best = -1;
        for (let ty = 0; ty < one.pool[0]; ty++) {
          for (let tx = 0; tx < one.pool[1]; tx++) {
            const y = oy * one.stride[0] - rows.before + ty;
            const x0 = ox * one.stride[1] - columns.before + tx;
            if (y < 0 || y >= one.height || x0 < 0 || x0 >= one.width) continue;
            const at = (y * one.width + x0) * one.maps + map;
            if (best < 0 || x[at]! > x[best]!) best = at;
          }
        }
        values.push(x[best]!);
        switches.push(best);
      }
    }
  }
  return { shape: [rows.out, columns.out, one.maps], values, switches };
}

/** The signal at the input, for a signal at the output. */
export function oracleUnpool(signal: ArrayLike<number>, switches: readonly number[], one: PoolCase): number[] {
  const below = Array<number>(one.height * one.width * one.maps).fill(0);
  switches.forEach((at, o) => {
    below[at] = below[at]! + signal[o]!;
  });
  return below;
}
