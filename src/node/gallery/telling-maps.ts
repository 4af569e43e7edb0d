import { type ClassShares, commonestClass } from './class-selectivity.js';
import type { GalleryStatistics } from './gallery-page.js';

/** What is known of a feature map before it is drawn. */
export interface MapCandidate {
  readonly map: number;
  /** The labels of its patches. */
  readonly patches: readonly { readonly label?: string }[];
  readonly statistics?: GalleryStatistics;
}

/** A feature map with its rank among those of its layer. */
interface Ranked {
  readonly map: number;
  /** The commonest class of its patches, if that is telling. */
  readonly label: string | undefined;
  readonly score: number;
  readonly peak: number;
}

/** A class says nothing if hardly any feature map has two patches of it. */
const FEWEST = 3;

/**
 * Chooses the feature maps by which a layer is shown in the overview, the most telling first. If the classes of the patches
 * are known, these are the feature maps with the highest class selectivity, and each class comes once before one comes
 * again. If not, these are the feature maps whose strongest activation is largest, compared with the mean of each picture's
 * strongest activation: they respond to few pictures, and to these strongly. Feature maps with a full list of patches come
 * before the others.
 */
export function tellingMaps(
  candidates: readonly MapCandidate[],
  { k, count, shares }: { readonly k: number; readonly count: number; readonly shares: ClassShares | undefined },
): number[] {
  const fired = candidates.filter(({ patches }) => patches.length > 0);
  const full = fired.filter(({ patches }) => patches.length === k);
  const shown = full.length >= count ? full : fired;
  const classes = shown.map(({ patches }) => commonestClass(patches, shares));
  const byClass = classes.some((found) => found && found.count >= Math.min(FEWEST, k));
  const ranked = shown.map(({ map, statistics }, i): Ranked => {
    const peak = statistics ? statistics.maximum / Math.max(Math.abs(statistics.mean), 1e-12) : 0;
    const found = byClass ? classes[i] : undefined;
    return { map, label: found?.label, score: byClass ? (found?.selectivity ?? -1) : peak, peak };
  });
  ranked.sort((a, b) => b.score - a.score || b.peak - a.peak || a.map - b.map);
  const seen = new Set<string>();
  const first = ranked.filter(({ label }) => {
    if (label === undefined) return true;
    if (seen.has(label)) return false;
    seen.add(label);
    return true;
  });
  const again = ranked.filter((one) => !first.includes(one));
  return [...first, ...again].slice(0, count).map(({ map }) => map);
}
