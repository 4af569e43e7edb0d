import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { cellByCell, outputChannelAxis, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';

/** Rescaling: the signal is multiplied by the scale, and the offset is dropped. */
export function rescaling(layer: Layer, placement?: Placement): Mirror {
  // Each of them is one number, or one number for each place on the last axis.
  const { scale = 1, offset = 0 } = optionsOf(layer) as { scale?: number | number[]; offset?: number | number[] };
  const mirror: Mirror = {
    kind: 'scale',
    up: ([input]) => tf.add(tf.mul(tf.cast(input!, 'float32'), scale), offset),
    down: (signal) => tf.mul(signal, scale),
  };
  const rank = placement?.inputShapes[0]?.length ?? 0;
  const alongPlaces = typeof scale !== 'number' && outputChannelAxis(placement, rank) !== rank - 1;
  return alongPlaces ? wholeExtent(mirror, placement) : cellByCell(mirror, placement);
}
