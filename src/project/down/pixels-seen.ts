import { extentOf, inputNodes, type NetworkNode } from '../../network/network.js';
import { regionsBelow } from '../../network/regions-below.js';
import { cellAt, clipRegion, type Region, wholeRegion } from '../../regions/region.js';
import type { Engine } from '../engine.js';
import type { Ascent } from '../up/ascend.js';

/** The boxes of pixels of one activation, one box for each of the model's inputs. */
export interface PixelBoxes {
  /** What the activation sees. */
  readonly seen: readonly Region[];
  /** Where its signal can land. */
  readonly landing: readonly Region[];
}

/**
 * The boxes of pixels that one activation of a layer sees and where its signal can land. For a whole feature map each is
 * the box around those of all its activations, clipped to the image. An input that is not seen has an empty box.
 */
export function pixelsSeen(
  { network, mirrors }: Engine,
  target: NetworkNode,
  position: readonly number[] | 'all',
  shapes: Ascent['shapes'],
): PixelBoxes {
  const shapeOf = ({ index }: NetworkNode): readonly number[] => shapes[index]!;
  const region = position === 'all' ? wholeRegion(extentOf(shapeOf(target), target.channelAxis)) : cellAt(position);
  const [seen, landing] = [mirrors.sight, mirrors.landing].map((reachOf) => {
    const regions = regionsBelow(network, { target, region }, reachOf, shapeOf);
    return inputNodes(network).map((node) => {
      const box = regions[node.index];
      if (!box) {
        const none = (shapes[node.index] ?? node.outputShape).slice(2).map(() => 0);
        return { start: none, size: none };
      }
      return position === 'all' ? clipRegion(box, extentOf(shapeOf(node), node.channelAxis)) : box;
    });
  });
  return { seen: seen!, landing: landing! };
}
