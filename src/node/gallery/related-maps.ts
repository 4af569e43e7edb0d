/** Another feature map of the same layer, and how many pictures are in the lists of both. */
export interface RelatedMap {
  readonly map: number;
  readonly shared: number;
}

/** How many related feature maps are listed. */
const LISTED = 8;
/** A single picture in common may be chance. */
const FEWEST = 2;

/**
 * Finds for each feature map those of the same layer whose lists of strongest patches have most pictures in common with
 * its own.
 *
 * @returns for each feature map, in the given order, the others, the most similar first
 */
export function relatedMaps(
  maps: readonly { readonly map: number; readonly patches: readonly { readonly id: string }[] }[],
): RelatedMap[][] {
  const ids = maps.map(({ patches }) => [...new Set(patches.map(({ id }) => id))]);
  const having = new Map<string, number[]>();
  for (const [i, own] of ids.entries()) {
    for (const id of own) {
      const list = having.get(id);
      if (list) list.push(i);
      else having.set(id, [i]);
    }
  }
  return maps.map((_, i) => {
    const shared = new Map<number, number>();
    for (const id of ids[i]!) {
      for (const other of having.get(id)!) if (other !== i) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    return [...shared]
      .map(([other, count]) => ({ map: maps[other]!.map, shared: count }))
      .filter(({ shared }) => shared >= FEWEST)
      .sort((a, b) => b.shared - a.shared || a.map - b.map)
      .slice(0, LISTED);
  });
}
