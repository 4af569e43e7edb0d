import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../network/fit-region.js';
import { type Layer, weightsOf } from '../network/layer-access.js';
import { inputRegionOf, type Window } from '../network/window.js';
import { fromChannelsLast, toChannelsLast } from './channels-last.js';
import { isChannelsFirst, optionsOf, slidingWindow } from './layer-options.js';
import type { Mirror, MirrorContext } from './mirror.js';
import { axisPhases, interleave, tapsOfPhases } from './phases.js';

const SPATIAL = [1, 2];

/**
 * Conv2D: filter with transposed weights.
 *
 * A transposed convolution is a convolution with the kernel flipped and its channels swapped; with stride s it is s
 * of them per axis, one for each phase, woven together. Convolutions are what every backend is fastest at, and exact.
 */
export function convolution2d(layer: Layer): Mirror {
  const window = slidingWindow(layer, 2);
  const channelsFirst = isChannelsFirst(layer);
  const { useBias } = optionsOf(layer);
  const dilation = window.dilation as [number, number];
  return {
    kind: 'filter',
    window,
    prepare: () => mirroredKernels(weightsOf(layer)[0] as tf.Tensor4D, window),

    up([input], at) {
      const [kernel, bias] = weightsOf(layer);
      const x = toChannelsLast(input!, channelsFirst);
      const seen = inputRegionOf(window, at.outputRegion, extentOf(at, channelsFirst));
      const held = fitRegion(x, at.inputRegions[0]!, seen, SPATIAL) as tf.Tensor4D;
      const linear = tf.conv2d(
        held,
        kernel as tf.Tensor4D,
        window.stride as [number, number],
        'valid',
        'NHWC',
        dilation,
      );
      return fromChannelsLast(useBias ? tf.add(linear, bias!) : linear, channelsFirst);
    },

    down(signal, at) {
      const y = toChannelsLast(signal, channelsFirst);
      const wanted = at.inputRegions[0]!;
      const [rows, columns] = extentOf(at, channelsFirst).map((extent, axis) =>
        axisPhases(window, axis, extent, wanted),
      ) as [ReturnType<typeof axisPhases>, ReturnType<typeof axisPhases>];
      const inputMaps = weightsOf(layer)[0]!.shape[2]!;
      const bands = rows.phases.map((row, i) => {
        const cells = columns.phases.map((column, j) => {
          if (row.taps.length === 0 || column.taps.length === 0) {
            return tf.zeros([y.shape[0], rows.results, columns.results, inputMaps]);
          }
          const read = { start: [row.start, column.start], size: [row.size, column.size] };
          const held = fitRegion(y, at.outputRegion, read, SPATIAL) as tf.Tensor4D;
          const kernel = at.prepared[i * columns.phases.length + j] as tf.Tensor4D;
          return tf.conv2d(held, kernel, 1, 'valid', 'NHWC', dilation);
        });
        return interleave(cells, 2);
      });
      const woven = interleave(bands, 1);
      const made = { start: [rows.firstCell, columns.firstCell], size: woven.shape.slice(1, 3) };
      return fromChannelsLast(fitRegion(woven, made, wanted, SPATIAL), channelsFirst);
    },
  };
}

/** One kernel a phase, rows first: the taps of that phase in reverse order, feature maps and channels swapped. */
function mirroredKernels(kernel: tf.Tensor4D, window: Window): tf.Tensor[] {
  const [rows, columns] = [tapsOfPhases(window, 0), tapsOfPhases(window, 1)];
  const swapped = tf.transpose(kernel, [0, 1, 3, 2]);
  const pick = (x: tf.Tensor, taps: readonly number[], axis: number): tf.Tensor =>
    taps.length === 0 ? tf.zeros(x.shape.map((n, i) => (i === axis ? 0 : n))) : tf.gather(x, [...taps].reverse(), axis);
  return rows.flatMap((row) => columns.map((column) => pick(pick(swapped, row, 0), column, 1)));
}

function extentOf(at: MirrorContext, channelsFirst: boolean): number[] {
  const shape = at.inputShapes[0]!;
  return channelsFirst ? shape.slice(2, 4) : shape.slice(1, 3);
}
