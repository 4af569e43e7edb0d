import type { Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { inputNodes, type Network, type NetworkNode } from '../../network/network.js';
import { knownShapes } from '../crop/known-shapes.js';

/**
 * Checks, for a network that takes images of any size, that every layer which is going to run has an output: if an image
 * is smaller than a window, tfjs reads outside of the memory.
 *
 * @param needed the nodes that are going to run
 * @throws DeconvnetError `shape-mismatch`.
 */
export function checkExtent(network: Network, needed: ReadonlySet<number>, inputs: readonly Tensor[]): void {
  if (inputNodes(network).every(({ outputShape }) => outputShape.slice(1).every((size) => size !== null))) return;
  const shapes = knownShapes(network, inputs);
  const empty = network.nodes.find(({ index }) => needed.has(index) && shapes?.[index]?.some((size) => size < 1));
  if (empty) throw tooSmall(inputs, empty);
}

/** The error for an image so small that a layer has no output. */
export function tooSmall(inputs: readonly Tensor[], { name }: NetworkNode): DeconvnetError {
  return new DeconvnetError(
    'shape-mismatch',
    `The image is too small: with an image of [${inputs[0]!.shape.slice(1)}], layer '${name}' has no output, because its windows do not fit in. Give a larger image, or choose a lower layer.`,
    { layer: name },
  );
}
