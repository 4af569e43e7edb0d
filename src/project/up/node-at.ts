import type * as tf from '@tensorflow/tfjs-core';
import type { MirrorContext } from '../../mirrors/mirror.js';
import type { Network, NetworkNode } from '../../network/network.js';
import type { Reach } from '../../regions/window.js';
import type { Crop } from '../crop/crop.js';
import { contextOf } from './context.js';

/** One node of a network on the way up, with all that it is run on. */
export interface NodeAt {
  readonly network: Network;
  readonly node: NetworkNode;
  readonly inputs: readonly tf.Tensor[];
  /** The mask that came with each input, behind a Masking layer. */
  readonly masks: readonly (tf.Tensor | undefined)[];
  /** The part of the network that is run; undefined for the whole network. */
  readonly crop: Crop | undefined;
}

/** The shapes of a node's whole inputs, the batch first. */
export function inputShapesOf({ node, inputs, crop }: NodeAt): readonly (readonly number[])[] {
  if (!crop) return inputs.map(({ shape }) => shape);
  return node.inputs.map((input) => [inputs[0]!.shape[0]!, ...crop.shapes[input]!.slice(1)]);
}

/**
 * The shape of a node's whole output, the batch first.
 *
 * @param output the output, if it has been computed; otherwise the layer is asked for its shape
 */
export function outputShapeOf(at: NodeAt, output?: tf.Tensor): readonly number[] {
  const { node, inputs, crop } = at;
  if (crop) return [inputs[0]!.shape[0]!, ...crop.shapes[node.index]!.slice(1)];
  if (output) return output.shape;
  const shapes = inputShapesOf(at);
  return node.layer.computeOutputShape((shapes.length === 1 ? shapes[0]! : [...shapes]) as number[]) as number[];
}

/** The context of one step of the node's mirror. On the way up nothing is prepared: the layer's own weights are at hand. */
export function stepContext(
  at: NodeAt,
  {
    step,
    reach,
    outputShape,
  }: { readonly step: number; readonly reach: Reach | undefined; readonly outputShape: readonly number[] },
): MirrorContext {
  const { network, node, crop } = at;
  return contextOf(network, { node, step, reach, prepared: [], inputShapes: inputShapesOf(at), outputShape, crop });
}
