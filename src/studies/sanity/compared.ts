import { type Compared, compareProjections } from './compare-projections.js';
import type { SanityProjection } from './sanity-projection.js';

/** Compares each projection with the one at the same place in another list. */
export function compared<Of extends SanityProjection>(
  projections: readonly Of[],
  others: readonly SanityProjection[],
): (Of & Compared)[] {
  return projections.map((projection, i) => {
    const likeness = compareProjections(projection.pixels, others[i]!.pixels);
    return { ...projection, ...(likeness && { likeness }) };
  });
}
