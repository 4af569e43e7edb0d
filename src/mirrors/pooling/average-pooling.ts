import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst, slidingWindow } from '../../network/layer-options.js';
import { fitRegion } from '../../regions/fit-region.js';
import { fromChannelsLast, toChannelsLast } from '../kit/channels-last.js';
import { axisPhases, interleave } from '../kit/phases.js';
import type { Mirror } from '../mirror.js';
import { type PoolGeometry, poolGeometry, realCells } from './pool-geometry.js';
import { meanOfWindows, timesPerOutput } from './pool-window.js';

/**
 * AveragePooling1D, 2D and 3D: the signal of a window is spread evenly over its real cells. Padding does not count, as
 * it does not on the way up.
 */
export function averagePooling(layer: Layer, rank: 1 | 2 | 3): Mirror {
  const window = slidingWindow(layer, rank);
  const channelsFirst = isChannelsFirst(layer);
  return {
    kind: 'spread',
    window,
    sign: 'as-input',
    up: ([input], at) =>
      fromChannelsLast(
        meanOfWindows(toChannelsLast(input!, channelsFirst), poolGeometry(window, at, channelsFirst)),
        channelsFirst,
      ),
    down: (signal, at) =>
      fromChannelsLast(
        spread(toChannelsLast(signal, channelsFirst), poolGeometry(window, at, channelsFirst)),
        channelsFirst,
      ),
  };
}

/** The signal of each window in equal shares on its real cells; shares that meet on a cell add. */
function spread(y: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  const shares = realCells(geometry).map((cells) => (cells === 0 ? 0 : 1 / cells));
  // A box is the product of its sides: one axis after another.
  return geometry.output.size.reduce<tf.Tensor>(
    (held, _, axis) => spreadAlong(held, geometry, axis),
    timesPerOutput(y, shares),
  );
}

function spreadAlong(y: tf.Tensor, { window, extent, input, output }: PoolGeometry, axis: number): tf.Tensor {
  const { phases, results, firstResult, firstCell } = axisPhases(window, axis, extent[axis]!, input);
  const along = (start: number, size: number) => ({ start: [start], size: [size] });
  const held = along(output.start[axis]!, output.size[axis]!);
  // Phases differ only in how many windows reach their cells.
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
