import { layerClass } from '../../mirrors/table.js';
import { ancestorsOf } from '../../network/ancestors.js';
import { extentOf, isInput, type Network, type NetworkNode } from '../../network/network.js';
import type { Crop, Shapes } from './crop.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/**
 * What one way up, or one way down, to some layers costs: about as many multiply-adds, for one picture or one seed.
 * Without a crop: for whole pictures.
 */
export function passCost(network: Network, targets: readonly NetworkNode[], shapes: Shapes, crop?: Crop): number {
  const cellsOf = ({ index, channelAxis }: NetworkNode): number =>
    product(crop?.regions[index]?.size ?? extentOf(shapes[index]!, channelAxis));
  let cost = 0;
  for (const index of ancestorsOf(network, targets)) {
    const node = network.nodes[index]!;
    if (isInput(node) || (crop && !crop.regions[index])) continue;
    const cells = cellsOf(node);
    // Every value is read and written a few times.
    cost += 4 * cells * (shapes[index]![node.channelAxis] ?? 1);
    // Of a convolution each weight is used once a window, and windows stand on the side with fewer cells.
    const windows = Math.min(cells, ...node.inputs.map((input) => cellsOf(network.nodes[input]!)));
    cost += windows * (layerClass(node.className).multiplyAdds?.(node.layer) ?? 0);
  }
  return cost;
}

/**
 * The bytes that one picture on its way up to some layers takes, or one seed on its way down: three tensors of the widest
 * layer, what a step reads, what it makes, and what is kept beside.
 */
export function passBytes(network: Network, targets: readonly NetworkNode[], shapes: Shapes, crop?: Crop): number {
  const widest = Math.max(
    ...[...ancestorsOf(network, targets)].map((index) => {
      const { channelAxis } = network.nodes[index]!;
      const region = crop?.regions[index];
      return region ? product(region.size) * shapes[index]![channelAxis]! : product(shapes[index]!.slice(1));
    }),
  );
  return 3 * 4 * widest;
}
