import type { Deconvnet } from '../../../deconvnet.js';
import { findNode, inputNodes, type NetworkNode } from '../../../network/network.js';
import { passCost } from '../../../project/crop/cost.js';
import { knownShapes } from '../../../project/crop/known-shapes.js';

/** The side of a picture, if the network takes any size. Shares hardly depend on it. */
const USUAL_SIDE = 224;

/**
 * The part of the work of a way up that is done above a layer, from 0 to 1, in multiply-adds. Only this part runs for an
 * image whose output of the layer is known.
 */
export function shareAbove({ engine: { network } }: Deconvnet, layer: string, top: NetworkNode): number {
  const inputs = inputNodes(network).map(({ outputShape }) => ({
    shape: outputShape.map((size) => size ?? USUAL_SIDE),
  }));
  const shapes = knownShapes(network, inputs);
  if (shapes === null) return 1;
  const cost = (given?: NetworkNode): number => passCost(network, [top], shapes, undefined, given);
  return cost(findNode(network, layer)) / cost();
}
