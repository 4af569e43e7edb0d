// `mirrors/pooling/` has the mirrors of pooling layers.
// In: on the way up the input, in which the switches are found; on the way down the signal and the recorded switches.
// Out: the signal at the switches (maximum), or spread over the window (average). `switches.ts` chooses between a loop
// over host memory and composed operations, which give the same bits.

import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf, slidingWindow } from '../../network/layer-options.js';
import { keepingMaps } from '../convolution/one-map.js';
import { fromChannelsLast, toChannelsLast } from '../kit/channels-last.js';
import type { Mirror } from '../mirror.js';
import type { UnpoolMirror } from '../roles.js';
import { averagePooling } from './average-pooling.js';
import { globalAveragePooling } from './global-pooling.js';
import { poolGeometry } from './pool-geometry.js';
import { maxOfWindows } from './pool-window.js';
import { switchesOf, unpool } from './switches.js';

/**
 * MaxPooling1D, 2D and 3D: unpool by switches.
 *
 * The switch of a window is its first maximum in row-major order; padded cells never win, and a window of zeros is a
 * tie like any other. Where windows overlap and share a switch, their signals add (Zeiler & Fergus 2014, section 2.1).
 */
export function maxPooling(layer: Layer, rank: 1 | 2 | 3): Mirror {
  const window = slidingWindow(layer, rank);
  const channelsFirst = isChannelsFirst(layer);
  return {
    kind: 'unpool',
    window,
    sign: 'as-input',
    up: ([input], at) =>
      fromChannelsLast(
        maxOfWindows(toChannelsLast(input!, channelsFirst), poolGeometry(window, at, channelsFirst)),
        channelsFirst,
      ),
    record: ({ inputs, at }) => {
      const geometry = poolGeometry(window, at, channelsFirst);
      return [fromChannelsLast(switchesOf(toChannelsLast(inputs[0]!, channelsFirst), geometry), channelsFirst)];
    },
    // A switch counts from the first cell of its own window, so it stays the same on every region.
    recordsLieOn: ['output'],
    down: (signal, at) => {
      const switches = toChannelsLast(at.recorded[0]!, channelsFirst);
      const geometry = poolGeometry(window, at, channelsFirst);
      return fromChannelsLast(unpool(toChannelsLast(signal, channelsFirst), switches, geometry), channelsFirst);
    },
  };
}

/**
 * Max pooling without switches: the signal of a window is spread evenly over its real cells, as the mirror of average
 * pooling does. A control: what the projection owes to the switches is what it loses here.
 */
export const spreadPooling: UnpoolMirror = (layer, builtIn) => {
  const { poolSize } = optionsOf(layer);
  const even = Array.isArray(poolSize)
    ? averagePooling(layer, poolSize.length as 1 | 2 | 3)
    : globalAveragePooling(layer);
  const { record: _switches, recordsLieOn: _cells, ...unswitched } = builtIn;
  return keepingMaps({ ...unswitched, kind: 'spread', down: (signal, at) => even.down(signal, at) });
};
