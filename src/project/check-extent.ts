import type { Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Network, NetworkNode } from '../network/network.js';
import { knownShapes } from './crop/known-shapes.js';

/**
 * Checks, for a network that takes any size, that something is left of an image in every layer that is going to run:
 * where windows have no room, tfjs reads outside of the memory.
 *
 * @param needed the nodes that are going to run
 * @throws DeconvnetError `shape-mismatch`.
 */
export function checkExtent(network: Network, needed: ReadonlySet<number>, inputs: readonly Tensor[]): void {
  const entries = network.inputs.map((entry) => network.nodes[entry]!);
  if (entries.every(({ outputShape }) => outputShape.slice(1).every((size) => size !== null))) return;
  const shapes = knownShapes(network, inputs);
  const empty = network.nodes.find(({ index }) => needed.has(index) && shapes?.[index]?.some((size) => size < 1));
  if (empty) throw tooSmall(inputs, empty);
}

/** The error for an image of which a layer leaves nothing. */
export function tooSmall(inputs: readonly Tensor[], { name }: NetworkNode): DeconvnetError {
  return new DeconvnetError(
    'shape-mismatch',
    `The image is too small: of [${inputs[0]!.shape.slice(1)}] nothing is left at layer '${name}', whose windows have no room. Give a larger image, or choose a lower layer.`,
    { layer: name },
  );
}
