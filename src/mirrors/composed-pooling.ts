import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../network/fit-region.js';
import { axisPhases, interleave } from './phases.js';
import type { PoolGeometry } from './pool-geometry.js';

const SPATIAL = [1, 2];
/** Stands for padding: below any value that a float can hold and a window's maximum can be. */
const NOTHING = -3.4028234663852886e38;

/** Switches by public operations alone, for backends whose memory is not the host's: exact on ties. */
export function composedSwitches(x: tf.Tensor4D, geometry: PoolGeometry): tf.Tensor {
  const { window, extent, before, input, output } = geometry;
  const [sizeY, sizeX] = window.size as [number, number];
  const [strideY, strideX] = window.stride as [number, number];
  const first = output.start.map((from, axis) => from * window.stride[axis]! - before[axis]!);
  const cells = output.size.map((n, axis) => (n - 1) * window.stride[axis]! + window.size[axis]!);
  const seen = { start: first, size: cells };
  const whole = { start: [0, 0], size: [...extent] };
  // Cells outside the layer's extent must not win, whatever the tensor in hand holds there.
  const real = fitRegion(tf.ones([1, extent[0]!, extent[1]!, 1]), whole, seen, SPATIAL);
  const held = tf.where(tf.greater(real, 0), fitRegion(x, input, seen, SPATIAL), NOTHING);

  let best: tf.Tensor | undefined;
  let place: tf.Tensor | undefined;
  // From the last cell to the first, each winning on equality: the first maximum is left.
  for (let tap = sizeY * sizeX - 1; tap >= 0; tap--) {
    const [y, x0] = [Math.floor(tap / sizeX), tap % sizeX];
    const end = [held.shape[0]!, y + (output.size[0]! - 1) * strideY + 1, x0 + (output.size[1]! - 1) * strideX + 1];
    const cell = tf.stridedSlice(held, [0, y, x0, 0], [...end, held.shape[3]!], [1, strideY, strideX, 1]);
    if (best === undefined || place === undefined) {
      best = cell;
      place = tf.fill(cell.shape, tap);
    } else {
      const wins = tf.greaterEqual(cell, best);
      best = tf.where(wins, cell, best);
      place = tf.where(wins, tap, place);
    }
  }
  return tf.cast(place!, 'int32');
}

/** Unpooling by public operations alone: each phase of the input collects the taps that fall on it. */
export function composedUnpool(signal: tf.Tensor4D, switches: tf.Tensor, geometry: PoolGeometry): tf.Tensor4D {
  const { window, extent, input, output } = geometry;
  const columnsOfWindow = window.size[1]!;
  const rows = axisPhases(window, 0, extent[0]!, input);
  const columns = axisPhases(window, 1, extent[1]!, input);
  const bands = rows.phases.map((row) => {
    const cells = columns.phases.map((column) => {
      const taps = row.taps.flatMap((y, i) =>
        column.taps.map((x, j) => {
          const chosen = tf.cast(tf.equal(switches, tf.scalar(y * columnsOfWindow + x, 'int32')), 'float32');
          const read = {
            start: [rows.firstResult - i, columns.firstResult - j],
            size: [rows.results, columns.results],
          };
          return fitRegion(tf.mul(signal, chosen), output, read, SPATIAL);
        }),
      );
      const empty = [signal.shape[0], rows.results, columns.results, signal.shape[3]];
      return taps.length === 0 ? tf.zeros(empty) : tf.addN(taps);
    });
    return interleave(cells, 2);
  });
  const woven = interleave(bands, 1);
  const made = { start: [rows.firstCell, columns.firstCell], size: woven.shape.slice(1, 3) };
  return fitRegion(woven, made, input, SPATIAL) as tf.Tensor4D;
}
