import { extentOf, type Network, type NetworkNode } from './network.js';
import { paddingBefore, type Reach, type Window, windowSpan } from './window.js';

/**
 * What the activations of a layer can see: position `p` sees the `size` input pixels from `offset + stride * p` on.
 */
export interface ReceptiveField {
  /** Pixels, per spatial axis; above a layer that enlarges, of the positions that see most. */
  readonly size: readonly number[];
  /** Pixels from one position's field to the next one's; a fraction above a layer that enlarges. */
  readonly stride: readonly number[];
  /** First pixel of position 0; negative where the field sticks out of the picture. */
  readonly offset: readonly number[];
}

type ReachOf = (node: NetworkNode) => readonly Reach[] | null;

/** Cells of one tensor that position `p` of the layer sees: from `first + stride * p` to `last + stride * p`. */
interface Sight {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly stride: readonly number[];
}

/**
 * Walks the windows from a layer down to the picture. On a graph the field is the box around all paths.
 *
 * @returns null where the layer sees the whole picture: behind a Flatten, a global pooling ...
 */
export function receptiveFieldOf(network: Network, target: NetworkNode, reachOf: ReachOf): ReceptiveField | null {
  const axes = extentOf(target.outputShape, target.channelAxis).length;
  const unit: Sight = { first: Array(axes).fill(0), last: Array(axes).fill(0), stride: Array(axes).fill(1) };
  // Undefined: not seen. Null: seen whole.
  const sights: (Sight | null | undefined)[] = [];
  sights[target.index] = unit;
  for (let index = target.index; index >= 0; index--) {
    const sight = sights[index];
    const node = network.nodes[index]!;
    if (sight === undefined) continue;
    for (const input of node.inputs) {
      const below = sight === null ? null : through(sight, reachOf(node), node, network.nodes[input]!);
      const known = sights[input];
      sights[input] = known === undefined ? below : joined(known, below);
    }
  }
  const seen = network.inputs.map((index) => sights[index]).find((sight) => sight !== undefined);
  if (!seen) return null;
  return {
    size: seen.first.map((first, axis) => seen.last[axis]! - first + 1),
    stride: seen.stride,
    offset: seen.first,
  };
}

function through(sight: Sight, reaches: readonly Reach[] | null, node: NetworkNode, input: NetworkNode): Sight | null {
  if (reaches === null) return null;
  const extent = extentOf(input.outputShape, input.channelAxis);
  if (extent.length !== extentOf(node.outputShape, node.channelAxis).length) return null;
  return reaches.reduceRight<Sight>((above, reach) => {
    if (reach === 'pointwise') return above;
    if (reach.transposed) return throughTransposed(above, reach, extent);
    const start = (cells: readonly number[], axis: number): number =>
      cells[axis]! * reach.stride[axis]! - paddingBefore(reach, axis, extent[axis]!);
    return {
      first: above.first.map((_, axis) => start(above.first, axis)),
      last: above.last.map((_, axis) => start(above.last, axis) + windowSpan(reach, axis) - 1),
      stride: above.stride.map((stride, axis) => stride * reach.stride[axis]!),
    };
  }, sight);
}

/** Behind a layer that enlarges, the sizes are the largest of all positions', and the stride is a fraction. */
function throughTransposed(above: Sight, reach: Window, extent: readonly (number | null)[]): Sight {
  const first = above.first.map((cell, axis) => {
    const before = paddingBefore(reach, axis, extent[axis]!);
    return Math.ceil((cell + before - windowSpan(reach, axis) + 1) / reach.stride[axis]!);
  });
  const reads = above.first.map((cell, axis) => above.last[axis]! - cell + windowSpan(reach, axis) - 1);
  return {
    first,
    last: first.map((cell, axis) => cell + Math.floor(reads[axis]! / reach.stride[axis]!)),
    stride: above.stride.map((stride, axis) => stride / reach.stride[axis]!),
  };
}

function joined(a: Sight | null, b: Sight | null): Sight | null {
  // Paths with different strides see boxes that drift apart: together, the whole picture.
  if (a === null || b === null || a.stride.some((stride, axis) => stride !== b.stride[axis])) return null;
  return {
    first: a.first.map((first, axis) => Math.min(first, b.first[axis]!)),
    last: a.last.map((last, axis) => Math.max(last, b.last[axis]!)),
    stride: a.stride,
  };
}
