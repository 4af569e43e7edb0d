import { boundingRegion } from '../../regions/region.js';
import type { Crop } from './crop.js';

/**
 * The smallest part of a network that contains two parts; undefined stands for the whole network.
 *
 * A layer reads a longer run of cells if a longer run is wanted of it, so what the joined regions read is the join of what
 * each of them reads.
 */
export function joinCrops(a: Crop | undefined, b: Crop | undefined): Crop | undefined {
  if (!a || !b) return undefined;
  return {
    shapes: a.shapes,
    regions: a.shapes.map((_, index) => {
      const [one, other] = [a.regions[index], b.regions[index]];
      return one && other ? boundingRegion(one, other) : (one ?? other);
    }),
    reads: a.reads.map((reads, index) => {
      const others = b.reads[index]!;
      if (reads.length === 0 || others.length === 0) return reads.length > 0 ? reads : others;
      return reads.map((region, input) => boundingRegion(region, others[input]!));
    }),
  };
}
