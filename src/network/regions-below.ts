import { extentOf, type Network, type NetworkNode } from './network.js';
import { boundingRegion, type Region, wholeRegion } from './region.js';
import { inputRegionOf, type Reach } from './window.js';

/** The concrete sizes of a node's output, the batch first. */
type ShapeOf = (node: NetworkNode) => readonly number[];
type ReachOf = (node: NetworkNode) => readonly Reach[] | null;

/**
 * What a region of a layer depends on, node by node: for each the box around all that its readers need, in its own
 * coordinates and not clipped; undefined where nothing of it matters.
 */
export function regionsBelow(
  network: Network,
  target: NetworkNode,
  region: Region,
  reachOf: ReachOf,
  shapeOf: ShapeOf,
): (Region | undefined)[] {
  const regions: (Region | undefined)[] = [];
  regions[target.index] = region;
  for (let index = target.index; index >= 0; index--) {
    const needed = regions[index];
    const node = network.nodes[index]!;
    if (needed === undefined) continue;
    for (const input of node.inputs) {
      const below = regionBelow(node, network.nodes[input]!, needed, reachOf(node), shapeOf);
      const known = regions[input];
      if (below !== undefined) regions[input] = known ? boundingRegion(known, below) : below;
    }
  }
  return regions;
}

function regionBelow(
  node: NetworkNode,
  input: NetworkNode,
  needed: Region,
  reaches: readonly Reach[] | null,
  shapeOf: ShapeOf,
): Region | undefined {
  const extent = extentOf(shapeOf(input), input.channelAxis);
  const whole = wholeRegion(extent);
  if (reaches === null || extent.length !== needed.start.length) return whole;
  const own = extentOf(shapeOf(node), node.channelAxis);
  const region = reaches.reduceRight<Region>(
    (above, reach, step) => inputRegionOf(reach, above, step === 0 ? extent : own),
    needed,
  );
  return region.size.includes(0) ? undefined : region;
}
