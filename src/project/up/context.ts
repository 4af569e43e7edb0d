import type { Tensor } from '@tensorflow/tfjs-core';
import type { MirrorContext } from '../../mirrors/mirror.js';
import { extentOf, type Network, type NetworkNode } from '../../network/network.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import type { Reach } from '../../regions/window.js';
import type { Crop } from '../crop/crop.js';

/** What the context of a mirror's step is made of. */
export interface StepAt {
  readonly node: NetworkNode;
  /** Which step of the node's mirror, in the order of the way up. */
  readonly step: number;
  /** How far that step reaches. */
  readonly reach: Reach | undefined;
  readonly prepared: readonly Tensor[];
  /** Whole shapes of the node's inputs and of its output, the batch first. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly outputShape: readonly number[];
  /** The part of the network that is run; the whole without it. */
  readonly crop: Crop | undefined;
}

/**
 * Where one step of a node's mirror works. Steps after the first stand between the node's own output and itself: they
 * are nonlinearities, which keep the shape.
 */
export function contextOf(network: Network, at: StepAt): MirrorContext {
  const { node, step, reach, prepared, inputShapes, outputShape, crop } = at;
  const outputRegion = crop?.regions[node.index] ?? wholeRegion(extentOf(outputShape, node.channelAxis));
  // A window runs along the axes of its own layer, whatever the layer below counts as its channels.
  const axisOf = (i: number): number =>
    typeof reach === 'object' ? node.channelAxis : network.nodes[node.inputs[i]!]!.channelAxis;
  const turned = (i: number): boolean => axisOf(i) !== network.nodes[node.inputs[i]!]!.channelAxis;
  const below = (shape: readonly number[], i: number): Region =>
    (turned(i) ? undefined : crop?.reads[node.index]?.[i]) ?? wholeRegion(extentOf(shape, axisOf(i)));
  return {
    layer: node.layer,
    prepared,
    inputShapes: step === 0 ? inputShapes : [outputShape],
    outputShape,
    inputRegions: step === 0 ? inputShapes.map(below) : [outputRegion],
    outputRegion,
  };
}
