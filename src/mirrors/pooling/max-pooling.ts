import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf, slidingWindow } from '../../network/layer-options.js';
import { fromChannelsLast, toChannelsLast } from '../kit/channels-last.js';
import { keepingMaps } from '../kit/one-map.js';
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
    record: ({ inputs, at }) => [
      switchesOf(toChannelsLast(inputs[0]!, channelsFirst), poolGeometry(window, at, channelsFirst)),
    ],
    down: (signal, at) =>
      fromChannelsLast(
        unpool(toChannelsLast(signal, channelsFirst), at.recorded[0]!, poolGeometry(window, at, channelsFirst)),
        channelsFirst,
      ),
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
  const { record: _switches, ...unswitched } = builtIn;
  return keepingMaps({ ...unswitched, kind: 'spread', down: (signal, at) => even.down(signal, at) });
};
