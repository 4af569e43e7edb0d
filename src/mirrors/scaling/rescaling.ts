import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { cellByCell, outputChannelAxis, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';

/** Rescaling: times the scale; the offset is dropped. */
export function rescaling(layer: Layer, placement?: Placement): Mirror {
  // One number, or one for each cell of the last axis.
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
