import { layerClass } from '../../mirrors/table.js';
import { ancestorsOf } from '../../network/ancestors.js';
import { extentOf, isInput, type Network, type NetworkNode } from '../../network/network.js';
import type { Engine } from '../engine.js';
import type { Crop, Shapes } from './crop.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/**
 * Estimates what one way up or one way down to some layers costs, in multiply-adds, for one image or one seed.
 * Without a crop it is the cost for whole images.
 *
 * @param given a layer whose output is there already: it costs nothing, like those that only it needs
 */
export function passCost(
  network: Network,
  targets: readonly NetworkNode[],
  shapes: Shapes,
  crop?: Crop,
  given?: NetworkNode,
): number {
  const cellsOf = ({ index, channelAxis }: NetworkNode): number =>
    product(crop?.regions[index]?.size ?? extentOf(shapes[index]!, channelAxis));
  let cost = 0;
  for (const index of ancestorsOf(network, targets, (node) => node !== given)) {
    const node = network.nodes[index]!;
    if (isInput(node) || node === given || (crop && !crop.regions[index])) continue;
    const cells = cellsOf(node);
    // Every value is read and written a few times.
    cost += 4 * cells * (shapes[index]![node.channelAxis] ?? 1);
    // A convolution has one window for each cell on the side with fewer cells.
    const windows = Math.min(cells, ...node.inputs.map((input) => cellsOf(network.nodes[input]!)));
    const ofLayer = { input: shapes[node.inputs[0]!]!, output: shapes[index]! };
    cost += windows * (layerClass(node.layer).multiplyAdds?.(node.layer, ofLayer) ?? 0);
  }
  return cost;
}

/**
 * Estimates the bytes that one image on its way up to some layers takes, or one seed on its way down: three tensors of
 * the size of the widest layer. A step reads one, makes one, and one more is kept meanwhile.
 */
export function passBytes(network: Network, targets: readonly NetworkNode[], shapes: Shapes, crop?: Crop): number {
  const widest = Math.max(
    ...[...ancestorsOf(network, targets)].map((index) => {
      const { channelAxis } = network.nodes[index]!;
      const region = crop?.regions[index];
      if (crop && !region) return 0;
      return region ? product(region.size) * shapes[index]![channelAxis]! : product(shapes[index]!.slice(1));
    }),
  );
  return 3 * 4 * widest;
}

/**
 * How many seeds of a layer go down together, or images up to it on the same part: as many as `maxBytes` allows, and at
 * least one.
 */
export function passesAtOnce(
  { network, maxBytes }: Pick<Engine, 'network' | 'maxBytes'>,
  target: NetworkNode,
  shapes: Shapes,
  crop: Crop | undefined,
): number {
  return Math.max(1, Math.floor(maxBytes / passBytes(network, [target], shapes, crop)));
}
