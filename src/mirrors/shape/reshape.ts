// `mirrors/shape/` has the mirrors of layers that move, repeat, cut, pad or resize values.
// In: the signal at the output.
// Out: the signal at the input, with every value back where it came from. What was repeated is summed.

import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { cellByCell, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';

/** Reshape: the signal gets the shape of the input again. */
export function reshape(_: Layer, placement?: Placement): Mirror {
  return wholeExtent(
    {
      kind: 'reshape',
      sign: 'as-input',
      up: ([input], { outputShape }) => tf.reshape(input!, [input!.shape[0]!, ...outputShape.slice(1)]),
      down: (signal, { inputShapes }) => tf.reshape(signal, [signal.shape[0]!, ...inputShapes[0]!.slice(1)]),
    },
    placement,
  );
}

/** RepeatVector: the signals of all copies are added. */
export function repeatVector(layer: Layer, placement?: Placement): Mirror {
  const { n = 1 } = optionsOf(layer);
  return wholeExtent(
    {
      kind: 'sum',
      sign: 'as-input',
      up: ([input]) => tf.tile(tf.expandDims(input!, 1), [1, n, 1]),
      down: (signal) => tf.sum(signal, 1),
    },
    placement,
  );
}

/** Which axis of its input each axis of a Permute's output is. */
export function permutedAxes(layer: Layer): readonly number[] {
  return [0, ...(optionsOf(layer).dims ?? [])];
}

/**
 * Permute: the axes are put back in their former order.
 *
 * If only the channels move and the spatial axes keep their order, one output reads one cell. If rows and columns are
 * exchanged, regions would have to be exchanged as well, so the mirror then works on the whole extent.
 */
export function permute(layer: Layer, placement?: Placement): Mirror {
  const order = permutedAxes(layer);
  const mirror: Mirror = {
    kind: 'permute',
    sign: 'as-input',
    up: ([input]) => tf.transpose(input!, [...order]),
    down: (signal) =>
      tf.transpose(
        signal,
        order.map((_axis, from) => order.indexOf(from)),
      ),
  };
  return keepsPlaces(order, placement) ? cellByCell(mirror, placement) : wholeExtent(mirror, placement);
}

function keepsPlaces(order: readonly number[], placement: Placement | undefined): boolean {
  if (!placement || placement.inputChannelAxes[0] !== order[placement.channelAxis]) return false;
  const spatial = order.filter((_axis, at) => at !== placement.channelAxis);
  return spatial.every((axis, i) => i === 0 || axis > spatial[i - 1]!);
}
