import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf } from '../../network/layer-options.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import type { Mirror } from '../mirror.js';

/** Cropping along any number of spatial axes: pads with zeros where the layer cropped. */
export function cropping(layer: Layer): Mirror {
  const { cropping: cut = [] } = optionsOf(layer);
  const axes = cut.map((_, axis) => axis + (isChannelsFirst(layer) ? 2 : 1));
  /** Where a region of the output lies in the input. */
  const below = ({ start, size }: Region): Region => ({
    start: start.map((from, axis) => from + cut[axis]![0]),
    size,
  });
  return {
    kind: 'pad',
    window: {
      size: cut.map(() => 1),
      stride: cut.map(() => 1),
      padding: cut.map(([before, after]) => [-before, -after] as const),
    },
    sign: 'as-input',
    up: ([input], at) => fitRegion(input!, at.inputRegions[0]!, below(at.outputRegion), axes),
    down: (signal, at) => fitRegion(signal, below(at.outputRegion), at.inputRegions[0]!, axes),
  };
}
