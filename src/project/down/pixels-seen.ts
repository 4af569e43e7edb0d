import { extentOf, type NetworkNode } from '../../network/network.js';
import { regionsBelow } from '../../network/regions-below.js';
import { clipRegion, type Region, wholeRegion } from '../../regions/region.js';
import type { Engine } from '../engine.js';
import type { Ascent } from '../up/ascend.js';

/**
 * The boxes of pixels that one activation of a layer sees, one for each of the model's inputs; for a whole feature map
 * the picture's part of what its activations see together. An input that is not seen has a box of no pixels.
 */
export function pixelsSeen(
  { network, mirrors }: Engine,
  target: NetworkNode,
  position: readonly number[] | 'all',
  shapes: Ascent['shapes'],
): Region[] {
  const shapeOf = ({ index }: NetworkNode): readonly number[] => shapes[index]!;
  const seed: Region =
    position === 'all'
      ? wholeRegion(extentOf(shapeOf(target), target.channelAxis))
      : { start: [...position], size: position.map(() => 1) };
  const regions = regionsBelow(network, target, seed, (node) => mirrors.reachOf(node), shapeOf);
  return network.inputs.map((entry) => {
    const node = network.nodes[entry]!;
    const region = regions[entry];
    if (!region) {
      const none = (shapes[entry] ?? node.outputShape).slice(2).map(() => 0);
      return { start: none, size: none };
    }
    return position === 'all' ? clipRegion(region, extentOf(shapeOf(node), node.channelAxis)) : region;
  });
}
