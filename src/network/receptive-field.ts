import { paddingBefore, type Reach, type Window, windowSpan } from '../regions/window.js';
import { extentOf, type Network, type NetworkNode } from './network.js';
import { regionsBelow } from './regions-below.js';

/**
 * What the activations of a layer can see: position `p` sees the `size` input pixels from `offset + stride * p` on.
 */
export interface ReceptiveField {
  /** Pixels, per spatial axis; above a layer that enlarges some positions see less. */
  readonly size: readonly number[];
  /** Pixels from one position's field to the next one's; it can be a fraction above a layer that enlarges. */
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
  /** After how many positions boxes repeat, shifted; 1 unless a layer below enlarges. */
  readonly phases: readonly number[];
}

/**
 * Walks the windows from a layer down to the picture. On a graph the field is the box around all paths.
 *
 * @returns null where the layer sees the whole picture: behind a Flatten, a global pooling ...
 */
export function receptiveFieldOf(network: Network, target: NetworkNode, reachOf: ReachOf): ReceptiveField | null {
  const axes = extentOf(target.outputShape, target.channelAxis).length;
  const ones: number[] = Array(axes).fill(1);
  const unit: Sight = { first: Array(axes).fill(0), last: Array(axes).fill(0), stride: ones, phases: ones };
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
  const entry = network.inputs.find((index) => sights[index] !== undefined);
  const seen = entry === undefined ? null : sights[entry]!;
  if (!seen) return null;
  if (seen.phases.some((count) => count > 1)) return overAllPhases(network, target, reachOf, entry!, seen);
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
    if (reach.transposed) return throughTransposed(above, reach);
    const start = (cells: readonly number[], axis: number): number =>
      cells[axis]! * reach.stride[axis]! - paddingBefore(reach, axis, extent[axis]!);
    return {
      phases: above.phases,
      first: above.first.map((_, axis) => start(above.first, axis)),
      last: above.last.map((_, axis) => start(above.last, axis) + windowSpan(reach, axis) - 1),
      stride: above.stride.map((stride, axis) => stride * reach.stride[axis]!),
    };
  }, sight);
}

/** Behind a layer that enlarges positions see boxes of different size and place: they are looked at one by one later. */
function throughTransposed(above: Sight, reach: Window): Sight {
  return {
    ...above,
    stride: above.stride.map((stride, axis) => stride / reach.stride[axis]!),
    phases: above.phases.map((count, axis) => count * reach.stride[axis]!),
  };
}

/** The box that holds what every position sees, relative to where its stride puts it. */
function overAllPhases(
  network: Network,
  target: NetworkNode,
  reachOf: ReachOf,
  entry: number,
  { stride, phases }: Sight,
): ReceptiveField {
  const first: number[] = stride.map(() => Number.POSITIVE_INFINITY);
  const end: number[] = stride.map(() => Number.NEGATIVE_INFINITY);
  for (let step = 0; step < Math.max(...phases); step++) {
    const position = phases.map((count) => step % count);
    const seed = { start: position, size: position.map(() => 1) };
    const region = regionsBelow(network, target, seed, reachOf, (node) => node.outputShape as number[])[entry];
    if (!region) continue;
    for (const [axis, start] of region.start.entries()) {
      const shift = stride[axis]! * position[axis]!;
      first[axis] = Math.min(first[axis]!, start - shift);
      end[axis] = Math.max(end[axis]!, start + region.size[axis]! - shift);
    }
  }
  return { size: first.map((from, axis) => Math.ceil(end[axis]! - from)), stride, offset: first };
}

function joined(a: Sight | null, b: Sight | null): Sight | null {
  // Paths with different strides see boxes that drift apart: together, the whole picture.
  if (a === null || b === null || a.stride.some((stride, axis) => stride !== b.stride[axis])) return null;
  return {
    first: a.first.map((first, axis) => Math.min(first, b.first[axis]!)),
    last: a.last.map((last, axis) => Math.max(last, b.last[axis]!)),
    stride: a.stride,
    phases: a.phases.map((count, axis) => Math.max(count, b.phases[axis]!)),
  };
}
