import type { Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import type { Network } from '../network/network.js';
import { knownShapes } from './known-shapes.js';

/**
 * Checks that something is left of an image in every layer of a network that takes any size: where windows have no room,
 * tfjs reads outside of the memory.
 *
 * @throws DeconvnetError `shape-mismatch`.
 */
export function checkExtent(network: Network, inputs: readonly Tensor[]): void {
  const entries = network.inputs.map((entry) => network.nodes[entry]!);
  if (entries.every(({ outputShape }) => outputShape.slice(1).every((size) => size !== null))) return;
  const shapes = knownShapes(network, inputs);
  const empty = network.nodes.find(({ index }) => shapes?.[index]?.some((size) => size < 1));
  if (!empty) return;
  throw new DeconvnetError(
    'shape-mismatch',
    `The image is shaped [${inputs[0]!.shape.slice(1)}], and nothing is left of it in layer '${empty.name}', whose windows have no room. The network needs a larger image.`,
    { layer: empty.name },
  );
}
