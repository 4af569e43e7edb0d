import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { slidingWindow } from '../../network/layer-options.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Window } from '../../regions/window.js';
import { channelsLast } from '../kit/channels-last.js';
import { axisPhases, interleave } from '../kit/phases.js';
import type { Mirror } from '../mirror.js';
import { type PoolGeometry, poolGeometry, realCells } from './pool-geometry.js';
import { meanOfWindows, timesPerOutput } from './pool-window.js';

/**
 * AveragePooling1D, 2D and 3D: the signal of a window is spread evenly over its real cells.
 *
 * The way up is `y[o] = (1 / n[o]) · Σ x[i]` over the n[o] real cells i of window o; padding does not count. Its
 * adjoint is `x[i] = Σ y[o] / n[o]` over all windows o that contain cell i.
 */
export function averagePooling(layer: Layer, rank: 1 | 2 | 3, window: Window = slidingWindow(layer, rank)): Mirror {
  return channelsLast<Mirror>(layer, {
    kind: 'spread',
    window,
    sign: 'as-input',
    up: ([input], at) => meanOfWindows(input!, poolGeometry(window, at)),
    down: (signal, at) => spread(signal, poolGeometry(window, at)),
  });
}

/**
 * Gives the real cells of each window equal shares of its signal, and adds the shares that a cell gets from several
 * windows.
 */
function spread(y: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  const shares = realCells(geometry).map((cells) => (cells === 0 ? 0 : 1 / cells));
  // A window is a box, so the shares can be spread along one axis after another.
  return geometry.output.size.reduce<tf.Tensor>(
    (held, _, axis) => spreadAlong(held, geometry, axis),
    timesPerOutput(y, shares),
  );
}

function spreadAlong(y: tf.Tensor, { window, extent, input, output }: PoolGeometry, axis: number): tf.Tensor {
  const { phases, results, firstResult, firstCell } = axisPhases(window, axis, extent[axis]!, input);
  const along = (start: number, size: number) => ({ start: [start], size: [size] });
  const held = along(output.start[axis]!, output.size[axis]!);
  // All taps are equal, so phases differ only in how many windows reach their cells.
  const sums: tf.Tensor[] = [tf.zeros(y.shape.map((size, i) => (i === axis + 1 ? results : size)))];
  for (let taps = 1; taps <= phases[0]!.taps.length; taps++) {
    const one = fitRegion(y, held, along(firstResult - taps + 1, results), [axis + 1]);
    sums.push(taps === 1 ? one : tf.add(sums[taps - 1]!, one));
  }
  const woven = interleave(
    phases.map(({ taps }) => sums[taps.length]!),
    axis + 1,
  );
  const wanted = along(input.start[axis]!, input.size[axis]!);
  return fitRegion(woven, along(firstCell, results * phases.length), wanted, [axis + 1]);
}
