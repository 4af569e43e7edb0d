import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf } from '../../network/layer-options.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import type { Mirror } from '../mirror.js';

/** Cropping2D: pads with zeros where the layer cropped. */
export function cropping2d(layer: Layer): Mirror {
  const { cropping = [] } = optionsOf(layer);
  const axes = isChannelsFirst(layer) ? [2, 3] : [1, 2];
  /** Where a region of the output lies in the input. */
  const below = ({ start, size }: Region): Region => ({
    start: start.map((from, axis) => from + cropping[axis]![0]),
    size,
  });
  return {
    kind: 'pad',
    window: {
      size: [1, 1],
      stride: [1, 1],
      padding: cropping.map(([before, after]) => [-before, -after] as const),
    },
    sign: 'as-input',
    up: ([input], at) => fitRegion(input!, at.inputRegions[0]!, below(at.outputRegion), axes),
    down: (signal, at) => fitRegion(signal, below(at.outputRegion), at.inputRegions[0]!, axes),
  };
}
