import { extentOf, inputNodes, type NetworkNode } from '../../network/network.js';
import { regionsBelow } from '../../network/regions-below.js';
import { cellAt, clipRegion, type Region, wholeRegion } from '../../regions/region.js';
import type { Engine } from '../engine.js';
import type { Ascent } from '../up/ascend.js';

/**
 * The boxes of pixels that one activation of a layer sees, one box for each of the model's inputs. For a whole feature map
 * it is the box around what all its activations see, clipped to the image. An input that is not seen has an empty box.
 */
export function pixelsSeen(
  { network, mirrors }: Engine,
  target: NetworkNode,
  position: readonly number[] | 'all',
  shapes: Ascent['shapes'],
): Region[] {
  const shapeOf = ({ index }: NetworkNode): readonly number[] => shapes[index]!;
  const region = position === 'all' ? wholeRegion(extentOf(shapeOf(target), target.channelAxis)) : cellAt(position);
  const regions = regionsBelow(network, { target, region }, (node) => mirrors.reachOf(node), shapeOf);
  return inputNodes(network).map((node) => {
    const seen = regions[node.index];
    if (!seen) {
      const none = (shapes[node.index] ?? node.outputShape).slice(2).map(() => 0);
      return { start: none, size: none };
    }
    return position === 'all' ? clipRegion(seen, extentOf(shapeOf(node), node.channelAxis)) : seen;
  });
}
