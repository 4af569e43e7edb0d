import type { Deconvnet } from '../../deconvnet.js';
import { firstInput } from '../../network/network.js';

/** The size of the first input along its spatial axes; null if the model takes any size, or has no spatial axes. */
export function inputExtent({ engine: { network } }: Deconvnet): readonly number[] | null {
  const { outputShape, channelAxis } = firstInput(network);
  const extent = outputShape.filter((_, axis) => axis !== 0 && axis !== channelAxis);
  return extent.length > 0 && extent.every((size) => size !== null) ? (extent as number[]) : null;
}

/** How many channels the first input has. An input without any spatial axis is a signal with one channel. */
export function inputChannels({ engine: { network } }: Deconvnet): number {
  const { outputShape, channelAxis } = firstInput(network);
  return outputShape.length > 2 ? outputShape[channelAxis]! : 1;
}
