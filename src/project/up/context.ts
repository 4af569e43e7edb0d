import type { Tensor } from '@tensorflow/tfjs-core';
import type { MirrorContext } from '../../mirrors/mirror.js';
import { extentOf, type Network, type NetworkNode } from '../../network/network.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import type { Reach } from '../../regions/window.js';
import type { Crop } from '../crop/crop.js';

/** One node of a network on the way up, with all that it is run on. */
export interface NodeAt {
  readonly network: Network;
  readonly node: NetworkNode;
  readonly inputs: readonly Tensor[];
  /** The mask that came with each input, behind a Masking layer. */
  readonly masks: readonly (Tensor | undefined)[];
  /** The shapes of the node's whole inputs, the batch first. */
  readonly inputShapes: readonly (readonly number[])[];
  /** The part of the network that is run; undefined for the whole network. */
  readonly crop: Crop | undefined;
}

/** What the context of one step of a node's mirror is made from, on the way up or down. */
export interface StepAt extends Pick<NodeAt, 'node' | 'inputShapes' | 'crop'> {
  /** The index of the step, in the order of the way up. */
  readonly step: number;
  /** How far one output of the step reaches. */
  readonly reach: Reach | undefined;
  readonly prepared: readonly Tensor[];
  /** The shape of the node's whole output, the batch first. */
  readonly outputShape: readonly number[];
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
