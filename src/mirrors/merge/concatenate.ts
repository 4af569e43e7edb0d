import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { axesOf } from '../../network/layer-options.js';
import { slice } from '../../tensors/slice.js';
import { cellByCell, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';

/** The axis of a Concatenate layer. tfjs treats every negative axis as the last one. */
const axisOf =
  (layer: Layer) =>
  (rank: number): number => {
    const [axis = -1] = axesOf(layer, -1);
    return axis < 0 ? rank - 1 : axis;
  };

/**
 * Concatenate: each input gets its own slice of the signal.
 *
 * @param along the axis for a number of axes
 */
export function concatenate(
  layer: Layer,
  placement?: Placement,
  along: (rank: number) => number = axisOf(layer),
): Mirror {
  const mirror: Mirror = {
    kind: 'slice',
    sign: 'as-input',
    up: (inputs) => tf.concat([...inputs], along(inputs[0]!.rank)),
    down(signal, { inputShapes }) {
      const at = along(signal.rank);
      let end = 0;
      return inputShapes.map((shape) => {
        const begin = signal.shape.map(() => 0);
        const size = [...signal.shape];
        begin[at] = end;
        size[at] = shape[at]!;
        end += shape[at]!;
        return slice(signal, begin, size);
      });
    },
  };
  return alongChannels(placement, along) ? cellByCell(mirror, placement) : wholeExtent(mirror, placement);
}

function alongChannels(placement: Placement | undefined, along: (rank: number) => number): boolean {
  if (!placement) return false;
  const { inputShapes, inputChannelAxes, channelAxis } = placement;
  return (
    channelAxis === along(inputShapes[0]!.length) && inputChannelAxes.every((inputAxis) => inputAxis === channelAxis)
  );
}
