import * as tf from '@tensorflow/tfjs-core';
import { Projection } from '../../../src/project/projection.js';
import type { Region } from '../../../src/regions/region.js';

/** A projection with these pixels, as a network would give it. */
export function projectionOf(
  values: ArrayLike<number>,
  shape: readonly number[],
  { channelAxis = shape.length - 1, field }: { readonly channelAxis?: number; readonly field?: Region } = {},
): Projection {
  const extent = shape.filter((_, axis) => axis !== channelAxis);
  const receptiveField = field ?? { start: extent.map(() => 0), size: extent };
  return new Projection(
    [
      [
        'input',
        { pixels: tf.tensor(Array.from(values), [...shape]), receptiveField, landing: receptiveField, channelAxis },
      ],
    ],
    {
      ...{ layer: 'conv', featureMap: 0, position: extent.map(() => 0), activation: 1, rule: 'deconvnet' },
      ...{ cropped: field !== undefined, empty: Array.from(values).every((value) => value === 0), channels: 'rgb' },
    },
  );
}
