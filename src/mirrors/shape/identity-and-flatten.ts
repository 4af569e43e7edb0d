import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf } from '../../network/layer-options.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import { alias } from '../../tensors/alias.js';
import { cellByCell, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';

/** Dropout and noise layers, which change nothing at inference: the signal passes unchanged. */
export function identity(_?: Layer, placement?: Placement): Mirror {
  return cellByCell(
    { kind: 'identity', sign: 'as-input', up: ([input]) => alias(input!), down: (signal) => alias(signal) },
    placement,
  );
}

/** Flatten: the signal gets the shape of the input again. */
export function flatten(layer: Layer, placement?: Placement): Mirror {
  const channelsFirst = isChannelsFirst(layer);
  return wholeExtent(
    {
      kind: 'reshape',
      sign: 'as-input',
      down(signal, at) {
        const shape = at.inputShapes[0]!.slice(1);
        const batch = signal.shape[0]!;
        if (!channelsFirst || shape.length < 2) return tf.reshape(signal, [batch, ...shape]);
        // tfjs moves the channels to the end before it flattens.
        const moved = tf.reshape(signal, [batch, ...shape.slice(1), shape[0]!]);
        const last = moved.rank - 1;
        return tf.transpose(moved, [0, last, ...Array.from({ length: last - 1 }, (_, axis) => axis + 1)]);
      },
    },
    // Outside a network, only the layer's own data format says where the channels are.
    placement ?? (channelsFirst ? { channelAxis: 1, inputChannelAxes: [1], inputShapes: [] } : undefined),
  );
}

/** Zero padding along any number of spatial axes: crops the padding off. */
export function zeroPadding(layer: Layer): Mirror {
  const padding = optionsOf(layer).padding as readonly (readonly [number, number])[];
  const axes = padding.map((_, axis) => axis + (isChannelsFirst(layer) ? 2 : 1));
  const shifted = (region: Region): Region => ({
    start: region.start.map((from, axis) => from - padding[axis]![0]),
    size: region.size,
  });
  return {
    kind: 'crop',
    window: { size: padding.map(() => 1), stride: padding.map(() => 1), padding },
    sign: 'as-input',
    up: ([input], at) => fitRegion(input!, at.inputRegions[0]!, shifted(at.outputRegion), axes),
    down: (signal, at) => fitRegion(signal, shifted(at.outputRegion), at.inputRegions[0]!, axes),
  };
}
