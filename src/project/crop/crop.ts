import type { Mirror } from '../../mirrors/mirror.js';
import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { extentOf, type Network, type NetworkNode } from '../../network/network.js';
import { walkDown } from '../../network/walk-down.js';
import { boundingRegion, clipRegion, type Region, sameRegion, wholeRegion } from '../../regions/region.js';
import { inputRegionOf, type Reach } from '../../regions/window.js';

/** By node: the sizes of its whole output, the batch first; undefined above the targets. */
export type Shapes = readonly (readonly number[] | undefined)[];

/**
 * The part of a network that one activation, or some layers, depend on. It saves work and does not change the result.
 * The option `crop` of a selection is something else: it cuts the landing out of a projection.
 */
export interface Crop {
  /** By node: the cells of its output that matter, all inside its extent; undefined if nothing of it matters. */
  readonly regions: readonly (Region | undefined)[];
  /** By node and input: the cells of the input that the node's region reads. Other readers may need more of the input. */
  readonly reads: readonly (readonly Region[])[];
  /** By node: the sizes of its whole output, the batch first. */
  readonly shapes: Shapes;
}

/**
 * The parts of the network that a way up and its ways down run on; undefined for the whole network. A way down may run
 * on a smaller part than the way up that serves it: the records are then cut to its regions.
 */
export interface Parts {
  readonly up: Crop | undefined;
  readonly down: Crop | undefined;
}

/** A region of a layer. */
interface LayerRegion {
  readonly target: NetworkNode;
  readonly region: Region;
}

/**
 * The part of a network that a region of a layer depends on. If a layer sees everything below it, or its mirror cannot be
 * run on a region, the layer is run whole, and so is all below it. A gate is run whole.
 *
 * @param up what a way up runs on: then the result is the part of it that the ways down run on, which leaves out the gates
 * @returns null if a layer would read nothing but padding: then only the whole network can be run.
 */
export function cropTo(
  network: Network,
  mirrors: MirrorSet,
  { target, region }: LayerRegion,
  shapes: Shapes,
  up?: Crop,
): Crop | null {
  const reads: Region[][] = network.nodes.map(() => []);
  const extent = ({ index, channelAxis }: NetworkNode): number[] => extentOf(shapes[index]!, channelAxis);
  const reaches: (Reach | null)[] = [];
  let isEmpty = false;
  const regions = walkDown<Region>(network, new Map([[target, region]]), {
    arrive(needed, node) {
      if (node.inputs.length === 0) return needed;
      const below = node.inputs.map((input) => extent(network.nodes[input]!));
      const reach = croppableReach(mirrors, node, extent(node), below);
      reaches[node.index] = reach;
      if (reach === null) return wholeRegion(extent(node));
      return up && !mirrors.canCutRecords(node) ? up.regions[node.index]! : needed;
    },
    below(needed, node, input, i) {
      const isGate = mirrors.gatesOf(node).includes(i);
      const reach = isGate ? null : reaches[node.index];
      const whole = extent(input);
      const read = reach ? clipRegion(inputRegionOf(reach, needed, whole), whole) : wholeRegion(whole);
      reads[node.index]!.push(read);
      isEmpty ||= read.size.includes(0);
      return isGate && up ? undefined : read;
    },
    join: boundingRegion,
  });
  return isEmpty ? null : { regions, reads, shapes };
}

/** Whether a crop contains the whole of a node's output. */
export function isWhole({ regions, shapes }: Crop, { index, channelAxis }: NetworkNode): boolean {
  return sameRegion(regions[index]!, wholeRegion(extentOf(shapes[index]!, channelAxis)));
}

/** How far a node's outputs reach, if its mirror can be run on a region of them; null if only the whole can be run. */
function croppableReach(
  mirrors: MirrorSet,
  node: NetworkNode,
  extent: readonly number[],
  below: readonly (readonly number[])[],
): Reach | null {
  const reaches = mirrors.reachOf(node);
  if (!reaches || mirrors.of(node).some(({ up }: Mirror) => up === undefined)) return null;
  const gates = mirrors.gatesOf(node);
  const others = below.filter((_, i) => !gates.includes(i));
  const [first = 'pointwise', ...rest] = reaches;
  if (rest.some((reach) => reach !== 'pointwise')) return null;
  if (others.some(({ length }) => length !== extent.length)) return null;
  // The cells of a tensor that is broadcast are not the cells that read them.
  const moves = others.some((sizes) => sizes.some((cells, axis) => cells !== extent[axis]));
  return first === 'pointwise' && moves ? null : first;
}
