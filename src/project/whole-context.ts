import type { Tensor } from '@tensorflow/tfjs-core';
import type { MirrorContext } from '../mirrors/mirror.js';
import { extentOf, type Network, type NetworkNode } from '../network/network.js';
import { type Region, wholeRegion } from '../network/region.js';

/**
 * Where one step of a node's mirror works when the whole picture is run: all regions are whole extents. Steps after
 * the first stand between the node's own output and itself: they are nonlinearities, which keep the shape.
 */
export function wholeContext(
  network: Network,
  node: NetworkNode,
  step: number,
  prepared: readonly Tensor[],
  inputShapes: readonly (readonly number[])[],
  outputShape: readonly number[],
): MirrorContext {
  const outputRegion = wholeRegion(extentOf(outputShape, node.channelAxis));
  const below = (shape: readonly number[], i: number): Region =>
    wholeRegion(extentOf(shape, network.nodes[node.inputs[i]!]!.channelAxis));
  return {
    layer: node.layer,
    prepared,
    inputShapes: step === 0 ? inputShapes : [outputShape],
    outputShape,
    inputRegions: step === 0 ? inputShapes.map(below) : [outputRegion],
    outputRegion,
  };
}
