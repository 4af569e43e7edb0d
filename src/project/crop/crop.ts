import type { Mirror } from '../../mirrors/mirror.js';
import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { extentOf, type Network, type NetworkNode } from '../../network/network.js';
import { boundingRegion, clipRegion, type Region, sameRegion, wholeRegion } from '../../regions/region.js';
import { inputRegionOf, type Reach } from '../../regions/window.js';

/** By node: the sizes of its whole output, the batch first; undefined above the targets. */
export type Shapes = readonly (readonly number[] | undefined)[];

/** The part of a network that something depends on, one activation or some layers, and nothing else. */
export interface Crop {
  /** By node: the cells of its output that matter, all inside its extent; undefined where nothing of it matters. */
  readonly regions: readonly (Region | undefined)[];
  /** By node and input: the cells of the input that the node's region reads. Other readers may need more of it. */
  readonly reads: readonly (readonly Region[])[];
  /** By node: the sizes of its whole output, the batch first. */
  readonly shapes: Shapes;
}

/** A part of a layer that is wanted. */
interface Wanted {
  readonly target: NetworkNode;
  readonly region: Region;
}

/** The region of one activation. */
export function cellAt(position: readonly number[]): Region {
  return { start: position, size: position.map(() => 1) };
}

/**
 * Walks the windows from parts of layers down to the pixels. A layer that sees everything below it is run whole, and
 * so is all below it.
 *
 * @returns null where a layer reads nothing but padding there: then only the whole network will do.
 */
export function cropTo(network: Network, mirrors: MirrorSet, wanted: readonly Wanted[], shapes: Shapes): Crop | null {
  const regions: (Region | undefined)[] = [];
  const reads: Region[][] = network.nodes.map(() => []);
  const extent = ({ index, channelAxis }: NetworkNode): number[] => extentOf(shapes[index]!, channelAxis);
  for (const { target, region } of wanted) regions[target.index] = region;
  for (let index = network.nodes.length - 1; index >= 0; index--) {
    const node = network.nodes[index]!;
    const region = regions[index];
    if (region === undefined || node.inputs.length === 0) continue;
    const below = node.inputs.map((input) => extent(network.nodes[input]!));
    const reach = croppableReach(mirrors, node, extent(node), below);
    if (reach === null) regions[index] = wholeRegion(extent(node));
    for (const [i, input] of node.inputs.entries()) {
      const read = reach ? clipRegion(inputRegionOf(reach, region, below[i]!), below[i]!) : wholeRegion(below[i]!);
      if (read.size.includes(0)) return null;
      reads[index]!.push(read);
      const known = regions[input];
      regions[input] = known ? boundingRegion(known, read) : read;
    }
  }
  return { regions, reads, shapes };
}

/** Whether a crop holds the whole of a node's output. */
export function isWhole({ regions, shapes }: Crop, { index, channelAxis }: NetworkNode): boolean {
  return sameRegion(regions[index]!, wholeRegion(extentOf(shapes[index]!, channelAxis)));
}

/** How far a node's outputs reach, where its mirror can be run on a part of them; null where only the whole will do. */
function croppableReach(
  mirrors: MirrorSet,
  node: NetworkNode,
  extent: readonly number[],
  below: readonly (readonly number[])[],
): Reach | null {
  const reaches = mirrors.reachOf(node);
  if (!reaches || mirrors.of(node).some(({ up }: Mirror) => up === undefined)) return null;
  const [first = 'pointwise', ...rest] = reaches;
  if (rest.some((reach) => reach !== 'pointwise')) return null;
  if (below.some(({ length }) => length !== extent.length)) return null;
  // What is broadcast stands at other cells than those that read it.
  const moves = below.some((sizes) => sizes.some((cells, axis) => cells !== extent[axis]));
  return first === 'pointwise' && moves ? null : first;
}
