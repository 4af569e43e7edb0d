import type { Layer } from './layer-access.js';
import { extentOf, type Network } from './network.js';

/** What is known of a class beside its mirror: whether its outputs have a place in the image. */
export interface PlaceFacts {
  /** Whether its output does not lie on the cells of its input, even if it has spatial axes: a Reshape, a global pooling. */
  readonly losesPlaces?: boolean;
  /** The layer that a layer runs at each step of time. */
  readonly inner?: (layer: Layer) => Layer;
}

/** Tells what is known of the class of a layer. */
export type PlaceFactsOf = (layer: Layer) => PlaceFacts;

/**
 * For each node, the inputs that would be gates if the node multiplied its inputs. An input is a gate if the graph makes
 * it without spatial axes, or with extent 1 along all of them, behind a global pooling or a Reshape, and if another input
 * has spatial axes and comes from the pixels by a path without that pooling. An extent that only happens to be 1 for the
 * size of the image does not make a gate. If a layer pools each step of time for itself, the axis of time remains, and
 * only the axes after it count.
 */
export function gatesIn({ nodes }: Network, factsOf: PlaceFactsOf): readonly (readonly number[])[] {
  /** By node, the number of spatial axes, from the first on, along which its output still has places. */
  const kept: number[] = [];
  /** By node, the number of them along the whole of the best path from the pixels. */
  const paths: number[] = [];
  return nodes.map(({ index, layer, inputs, outputShape, channelAxis }) => {
    const extent = extentOf(outputShape, channelAxis);
    if (inputs.length === 0) {
      kept[index] = paths[index] = extent.length === 0 ? 0 : Number.POSITIVE_INFINITY;
      return [];
    }
    const { losesPlaces, inner } = factsOf(layer);
    const steps = inner ? 1 : 0;
    const isPooled =
      extent.length <= steps && inputs.some((input) => nodes[input]!.outputShape.length > outputShape.length);
    const below = Math.max(...inputs.map((input) => kept[input]!));
    const axes =
      losesPlaces || (inner && factsOf(inner(layer)).losesPlaces) || isPooled ? Math.min(steps, below) : below;
    kept[index] = extent.slice(axes).every((size) => size === 1) ? axes : Number.POSITIVE_INFINITY;
    paths[index] = Math.min(kept[index]!, Math.max(...inputs.map((input) => paths[input]!)));
    return [...inputs.keys()].filter((i) => inputs.some((other) => paths[other]! > kept[inputs[i]!]!));
  });
}
