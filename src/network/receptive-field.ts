import { cellAt } from '../regions/region.js';
import { paddingBefore, type Reach, type Window, windowSpan } from '../regions/window.js';
import { extentOf, type Network, type NetworkNode } from './network.js';
import { regionsBelow } from './regions-below.js';
import { type ReachOf, walkDown } from './walk-down.js';

/**
 * What the activations of a layer can see: the activation at position `p` sees `size` input pixels, the first of which is
 * `offset + stride * p`.
 */
export interface ReceptiveField {
  /** The number of pixels, per spatial axis. Above a layer that enlarges, some positions see fewer. */
  readonly size: readonly number[];
  /** The number of pixels from one position's field to the next one's. Above a layer that enlarges it can be a fraction. */
  readonly stride: readonly number[];
  /** The first pixel that position 0 sees; negative if the field sticks out of the image. */
  readonly offset: readonly number[];
}

/** The cells of one tensor that position `p` of the layer sees: from `first + stride * p` to `last + stride * p`. */
interface CellsSeen {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly stride: readonly number[];
  /** After how many positions the boxes repeat, but for a shift; 1 unless a layer below enlarges. */
  readonly phases: readonly number[];
}

/**
 * The receptive field of a layer, from the windows of the layers below it. On a graph it is the box around all paths.
 *
 * @param reachOf how far each output reaches; for the landing of the layer, how far its signal comes down
 * @returns null if the layer sees the whole image: behind a Flatten, a global pooling ...
 */
export function receptiveFieldOf(network: Network, target: NetworkNode, reachOf: ReachOf): ReceptiveField | null {
  const axes = extentOf(target.outputShape, target.channelAxis).length;
  const ones: number[] = Array(axes).fill(1);
  const unit: CellsSeen = { first: Array(axes).fill(0), last: Array(axes).fill(0), stride: ones, phases: ones };
  // Null stands for a node that is seen whole; undefined, as in any walk, for a node that is not seen.
  const byNode = walkDown<CellsSeen | null>(network, new Map([[target, unit]]), {
    below(above, node, input, i) {
      const reaches = reachOf(node, i);
      if (reaches === undefined) return undefined;
      return above === null || reaches === null ? null : through(above, reaches, node, input);
    },
    join: joined,
  });
  const entry = network.inputs.find((index) => byNode[index] !== undefined);
  const seen = entry === undefined ? null : byNode[entry]!;
  if (!seen) return null;
  if (seen.phases.some((count) => count > 1)) return overAllPhases(network, target, reachOf, entry!, seen);
  return {
    size: seen.first.map((first, axis) => seen.last[axis]! - first + 1),
    stride: seen.stride,
    offset: seen.first,
  };
}

function through(from: CellsSeen, reaches: readonly Reach[], node: NetworkNode, input: NetworkNode): CellsSeen | null {
  const extent = extentOf(input.outputShape, input.channelAxis);
  if (extent.length !== extentOf(node.outputShape, node.channelAxis).length) return null;
  return reaches.reduceRight<CellsSeen>((above, reach) => {
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
  }, from);
}

/**
 * Above a layer that enlarges, the boxes of different positions differ in size and place. Only the stride and the number
 * of different boxes are worked out here; `overAllPhases` looks at the boxes one by one.
 */
function throughTransposed(above: CellsSeen, reach: Window): CellsSeen {
  return {
    ...above,
    stride: above.stride.map((stride, axis) => stride / reach.stride[axis]!),
    phases: above.phases.map((count, axis) => count * reach.stride[axis]!),
  };
}

/** The box around what each position sees, relative to where the stride puts that position. */
function overAllPhases(
  network: Network,
  target: NetworkNode,
  reachOf: ReachOf,
  entry: number,
  { stride, phases }: CellsSeen,
): ReceptiveField {
  const first: number[] = stride.map(() => Number.POSITIVE_INFINITY);
  const end: number[] = stride.map(() => Number.NEGATIVE_INFINITY);
  for (let step = 0; step < Math.max(...phases); step++) {
    const position = phases.map((count) => step % count);
    const from = { target, region: cellAt(position) };
    const region = regionsBelow(network, from, reachOf, (node) => node.outputShape as number[])[entry];
    if (!region) continue;
    for (const [axis, start] of region.start.entries()) {
      const shift = stride[axis]! * position[axis]!;
      first[axis] = Math.min(first[axis]!, start - shift);
      end[axis] = Math.max(end[axis]!, start + region.size[axis]! - shift);
    }
  }
  return { size: first.map((from, axis) => Math.ceil(end[axis]! - from)), stride, offset: first };
}

function joined(a: CellsSeen | null, b: CellsSeen | null): CellsSeen | null {
  // Paths with different strides see boxes that drift apart, so both together count as the whole image.
  if (a === null || b === null || a.stride.some((stride, axis) => stride !== b.stride[axis])) return null;
  return {
    first: a.first.map((first, axis) => Math.min(first, b.first[axis]!)),
    last: a.last.map((last, axis) => Math.max(last, b.last[axis]!)),
    stride: a.stride,
    phases: a.phases.map((count, axis) => Math.max(count, b.phases[axis]!)),
  };
}
