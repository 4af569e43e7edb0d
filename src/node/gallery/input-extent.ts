import type { Deconvnet } from '../../deconvnet.js';

/** The size of the first input along its spatial axes; null if the model takes any size, or has no spatial axes. */
export function inputExtent({ engine: { network } }: Deconvnet): readonly number[] | null {
  const { outputShape, channelAxis } = network.nodes[network.inputs[0]!]!;
  const extent = outputShape.filter((_, axis) => axis !== 0 && axis !== channelAxis);
  return extent.length > 0 && extent.every((size) => size !== null) ? (extent as number[]) : null;
}
