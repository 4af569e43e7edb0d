import type { PatchMiner } from '../../mine/patch-miner.js';
import { extentOf, findNode, firstInput } from '../../network/network.js';
import { passCost } from '../../project/crop/cost.js';
import { knownShapes } from '../../project/crop/known-shapes.js';

/** The estimated multiply-adds of mining one picture; 0 if the model takes pictures of any size. */
export function miningCost({ deconvnet, layers }: PatchMiner): number {
  const { network } = deconvnet.engine;
  const { outputShape, channelAxis } = firstInput(network);
  if (extentOf(outputShape, channelAxis).some((size) => size === null)) return 0;
  const shapes = knownShapes(network, [{ shape: [1, ...(outputShape.slice(1) as number[])] }]);
  return shapes
    ? passCost(
        network,
        layers.map((name) => findNode(network, name)),
        shapes,
      )
    : 0;
}
