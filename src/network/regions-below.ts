import { boundingRegion, type Region, wholeRegion } from '../regions/region.js';
import { inputRegionOf, type Reach } from '../regions/window.js';
import { extentOf, type Network, type NetworkNode } from './network.js';

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
  // Below a layer that sees everything, everything is seen, and nothing of the padding around it.
  const whole = new Set<number>();
  regions[target.index] = region;
  for (let index = target.index; index >= 0; index--) {
    const needed = regions[index];
    const node = network.nodes[index]!;
    if (needed === undefined) continue;
    for (const input of node.inputs) {
      const below = network.nodes[input]!;
      const extent = extentOf(shapeOf(below), below.channelAxis);
      const reaches = whole.has(index) ? null : reachOf(node);
      if (reaches === null || extent.length !== needed.start.length || whole.has(input)) {
        whole.add(input);
        regions[input] = wholeRegion(extent);
        continue;
      }
      const seen = through(reaches, needed, extent, extentOf(shapeOf(node), node.channelAxis));
      const known = regions[input];
      if (!seen.size.includes(0)) regions[input] = known ? boundingRegion(known, seen) : seen;
    }
  }
  return regions;
}

/** From a region of a node's output to its input, step by step; all steps but the first keep the extent. */
function through(reaches: readonly Reach[], region: Region, extent: readonly number[], own: readonly number[]): Region {
  return reaches.reduceRight<Region>(
    (above, reach, step) => inputRegionOf(reach, above, step === 0 ? extent : own),
    region,
  );
}
