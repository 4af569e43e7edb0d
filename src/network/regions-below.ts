import { boundingRegion, type Region, wholeRegion } from '../regions/region.js';
import { inputRegionOf, type Reach } from '../regions/window.js';
import { extentOf, type Network, type NetworkNode } from './network.js';
import { type ReachOf, walkDown } from './walk-down.js';

/** The concrete sizes of a node's output, the batch first. */
type ShapeOf = (node: NetworkNode) => readonly number[];

/** The cells of a node that matter. */
interface Seen {
  readonly region: Region;
  /** Whether the region is the whole extent because a layer above sees everything below it. */
  readonly whole: boolean;
}

/**
 * The cells that a region of a layer depends on, node by node: the box around all that the readers of the node need, in
 * the coordinates of the node and not clipped; undefined if nothing of the node matters.
 */
export function regionsBelow(
  network: Network,
  { target, region }: { readonly target: NetworkNode; readonly region: Region },
  reachOf: ReachOf,
  shapeOf: ShapeOf,
): (Region | undefined)[] {
  const extent = (node: NetworkNode): number[] => extentOf(shapeOf(node), node.channelAxis);
  const seen = walkDown<Seen>(network, new Map([[target, { region, whole: false }]]), {
    below(above, node, input, i) {
      const reach = reachOf(node, i);
      if (reach === undefined) return undefined;
      const reaches = above.whole ? null : reach;
      const below = extent(input);
      // A layer that sees everything below sees all real cells, and no padding around them.
      if (reaches === null || below.length !== above.region.start.length) {
        return { region: wholeRegion(below), whole: true };
      }
      const read = through(reaches, above.region, below, extent(node));
      return read.size.includes(0) ? undefined : { region: read, whole: false };
    },
    join: (a, b) =>
      a.whole || b.whole ? (a.whole ? a : b) : { region: boundingRegion(a.region, b.region), whole: false },
  });
  return seen.map((one) => one?.region);
}

/** From a region of a node's output to its input, step by step; all steps but the first keep the extent. */
function through(reaches: readonly Reach[], region: Region, extent: readonly number[], own: readonly number[]): Region {
  return reaches.reduceRight<Region>(
    (above, reach, step) => inputRegionOf(reach, above, step === 0 ? extent : own),
    region,
  );
}
