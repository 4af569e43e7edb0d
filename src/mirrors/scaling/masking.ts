import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { cellByCell, outputChannelAxis, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';

/**
 * Masking: the signal is multiplied by the recorded mask, which is 0 for a time step if all its features have the mask
 * value.
 */
export function masking(layer: Layer, placement?: Placement): Mirror {
  const { maskValue = 0 } = optionsOf(layer);
  const unmasked = (x: tf.Tensor): tf.Tensor => tf.any(tf.notEqual(x, maskValue), -1, true);
  const mirror: Mirror = {
    kind: 'mask',
    sign: 'as-input',
    up: ([input]) => tf.mul(input!, tf.cast(unmasked(input!), 'float32')),
    record: ({ inputs }) => [unmasked(inputs[0]!)],
    down: (signal, { recorded }) => tf.mul(signal, tf.cast(recorded[0]!, 'float32')),
  };
  const rank = placement?.inputShapes[0]?.length;
  const overChannels = rank !== undefined && outputChannelAxis(placement, rank) === rank - 1;
  return overChannels ? cellByCell(mirror, placement) : wholeExtent(mirror, placement);
}
