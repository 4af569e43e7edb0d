import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../network/layer-access.js';
import { paddingBefore, type Window } from '../network/window.js';
import { fromChannelsLast, toChannelsLast } from './channels-last.js';
import { isChannelsFirst, slidingWindow } from './layer-options.js';
import type { Mirror, MirrorContext } from './mirror.js';
import type { PoolGeometry } from './pool-geometry.js';
import { switchesOf, unpool } from './switches.js';

/**
 * MaxPooling2D: unpool by switches.
 *
 * The switch of a window is its first maximum in row-major order; padded cells never win, and a window of zeros is a
 * tie like any other. Where windows overlap and share a switch, their signals add (Zeiler & Fergus 2014, section 2.1).
 */
export function maxPooling2d(layer: Layer): Mirror {
  const window = slidingWindow(layer, 2);
  const channelsFirst = isChannelsFirst(layer);
  return {
    kind: 'unpool',
    window,
    sign: 'as-input',
    record: ({ inputs, at }) => [
      switchesOf(toChannelsLast(inputs[0]!, channelsFirst), geometryOf(window, at, channelsFirst)),
    ],
    down: (signal, at) =>
      fromChannelsLast(
        unpool(toChannelsLast(signal, channelsFirst), at.recorded[0]!, geometryOf(window, at, channelsFirst)),
        channelsFirst,
      ),
  };
}

/**
 * Max pooling without switches: the signal of a window is spread evenly over its real cells, as the mirror of average
 * pooling does. A control: what the projection owes to the switches is what it loses here.
 */
export function spreadPooling2d(layer: Layer): Mirror {
  const pooling = maxPooling2d(layer);
  const channelsFirst = isChannelsFirst(layer);
  const window = slidingWindow(layer, 2);
  const { record: _switches, ...unswitched } = pooling;
  return {
    ...unswitched,
    kind: 'spread',
    down(signal, at) {
      const y = toChannelsLast(signal, channelsFirst);
      const geometry = geometryOf(window, at, channelsFirst);
      const [rows, columns] = [0, 1].map((axis) => realCells(geometry, axis)) as [number[], number[]];
      const shares = rows.map((row) => columns.map((column) => 1 / Math.max(row * column, 1)));
      const share = tf.mul(y, tf.reshape(tf.tensor2d(shares), [1, rows.length, columns.length, 1]));
      const taps = Array.from({ length: window.size[0]! * window.size[1]! }, (_, tap) => tap);
      const sum = taps.map((tap) => unpool(share as tf.Tensor4D, tf.fill([1, 1, 1, 1], tap, 'int32'), geometry));
      return fromChannelsLast(tf.addN(sum), channelsFirst);
    },
  };
}

function geometryOf(window: Window, at: MirrorContext, channelsFirst: boolean): PoolGeometry {
  const shape = at.inputShapes[0]!;
  const extent = channelsFirst ? shape.slice(2, 4) : shape.slice(1, 3);
  return {
    window,
    extent,
    before: extent.map((cells, axis) => paddingBefore(window, axis, cells)),
    input: at.inputRegions[0]!,
    output: at.outputRegion,
  };
}

/** How many cells of each window lie inside the extent, along one axis. */
function realCells({ window, extent, before, output }: PoolGeometry, axis: number): number[] {
  return Array.from({ length: output.size[axis]! }, (_, o) => {
    const first = (output.start[axis]! + o) * window.stride[axis]! - before[axis]!;
    return Math.min(first + window.size[axis]!, extent[axis]!) - Math.max(first, 0);
  });
}
