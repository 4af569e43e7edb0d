import type { Tensor } from '@tensorflow/tfjs-core';
import type { MirrorContext } from '../../mirrors/mirror.js';
import { extentOf, type Network, type NetworkNode } from '../../network/network.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import type { Reach } from '../../regions/window.js';
import type { Crop } from '../crop/crop.js';

/** What the context of one step of a node's mirror is made from. */
export interface StepAt {
  readonly node: NetworkNode;
  /** The index of the step, in the order of the way up. */
  readonly step: number;
  /** How far one output of the step reaches. */
  readonly reach: Reach | undefined;
  readonly prepared: readonly Tensor[];
  /** The shapes of the node's whole inputs and of its whole output, the batch first. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly outputShape: readonly number[];
  /** The part of the network that is run; undefined for the whole network. */
  readonly crop: Crop | undefined;
}

/**
 * Where one step of a node's mirror works. The first step reads the node's inputs. Later steps are nonlinearities: they
 * keep the shape, so the input and the output of such a step have the shape and the region of the node's output.
 */
export function contextOf(network: Network, at: StepAt): MirrorContext {
  const { node, step, reach, prepared, inputShapes, outputShape, crop } = at;
  const outputRegion = crop?.regions[node.index] ?? wholeRegion(extentOf(outputShape, node.channelAxis));
  // A window runs along the spatial axes of its own layer, even if the layer below has its channels on another axis.
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
