// `mirrors/pooling/` has the mirrors of pooling layers.
// In: on the way up the input, in which the switches are found; on the way down the signal and the recorded switches.
// Out: the signal at the switches (maximum), or spread over the window (average). `switches.ts` chooses between a loop
// over host memory and composed operations, which give the same bits.

import type { Layer } from '../../network/layer-access.js';
import { optionsOf, slidingWindow } from '../../network/layer-options.js';
import type { Window } from '../../regions/window.js';
import { channelsLast } from '../kit/channels-last.js';
import { keepingMaps } from '../kit/one-map.js';
import type { Mirror } from '../mirror.js';
import type { UnpoolMirror } from '../roles.js';
import { averagePooling } from './average-pooling.js';
import { globalAveragePooling } from './global-pooling.js';
import { poolGeometry } from './pool-geometry.js';
import { maxOfWindows } from './pool-window.js';
import { switchesOf, unpool } from './switches.js';

/**
 * MaxPooling1D, 2D and 3D: unpool by switches (Zeiler & Fergus 2014, section 2.1).
 *
 * The switch of a window is its first maximum in row-major order. Padded cells never win, and a window of zeros is a
 * tie like any other. If windows overlap and share a switch, their signals are added: with the switches held fixed this
 * is the exact adjoint.
 */
export function maxPooling(layer: Layer, rank: 1 | 2 | 3, window: Window = slidingWindow(layer, rank)): Mirror {
  return channelsLast<Mirror>(layer, {
    kind: 'unpool',
    window,
    sign: 'as-input',
    up: ([input], at) => maxOfWindows(input!, poolGeometry(window, at)),
    record: ({ inputs, at }) => [switchesOf(inputs[0]!, poolGeometry(window, at))],
    // A switch counts from the first cell of its own window, so it stays the same on every region.
    recordsLieOn: ['output'],
    down: (signal, at) => unpool(signal, at.recorded[0]!, poolGeometry(window, at)),
  });
}

/**
 * Max pooling without switches: the signal of a window is spread evenly over its real cells, as in the mirror of
 * average pooling. It serves as a control, because what a projection loses with it is what the switches contribute.
 */
export const spreadPooling: UnpoolMirror = (layer, builtIn) => {
  const { poolSize } = optionsOf(layer);
  const even = Array.isArray(poolSize)
    ? averagePooling(layer, poolSize.length as 1 | 2 | 3)
    : globalAveragePooling(layer);
  const { record: _switches, recordsLieOn: _cells, ...unswitched } = builtIn;
  return keepingMaps({ ...unswitched, kind: 'spread', down: (signal, at) => even.down(signal, at) });
};
