import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../network/layer-access.js';
import type { Mirror } from './mirror.js';
import { cellByCell, outputChannelAxis, type Placement, wholeExtent } from './placement.js';

interface Options {
  /** One number, or one for each cell of the last axis. */
  readonly scale: number | number[];
  readonly offset: number | number[];
}

/** Rescaling: times the scale; the offset is dropped. */
export function rescaling(layer: Layer, placement?: Placement): Mirror {
  const { scale, offset } = layer.getConfig() as unknown as Options;
  const mirror: Mirror = {
    kind: 'scale',
    up: ([input]) => tf.add(tf.mul(tf.cast(input!, 'float32'), scale), offset),
    down: (signal) => tf.mul(signal, scale),
  };
  const rank = placement?.inputShapes[0]?.length ?? 0;
  const alongPlaces = typeof scale !== 'number' && outputChannelAxis(placement, rank) !== rank - 1;
  return alongPlaces ? wholeExtent(mirror, placement) : cellByCell(mirror, placement);
}
