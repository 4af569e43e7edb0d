/** One of several parts of some work. */
export interface Part {
  /** The number of the part, from 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
}

/**
 * Cuts work into parts of about equal cost. Each part is a run of neighbours. It depends on nothing but the items, their
 * costs and the number of parts, so that all machines cut in the same way. A part may be empty.
 *
 * @param costOf the cost of an item, at least 0; if all of them are 0, all items count the same
 */
export function cutWork<Item>(items: readonly Item[], costOf: (item: Item) => number, { index, count }: Part): Item[] {
  const costs = items.map(costOf);
  const known = costs.reduce((sum, cost) => sum + cost, 0);
  const weights = known > 0 ? costs : costs.map(() => 1);
  const total = known > 0 ? known : items.length;
  let before = 0;
  return items.filter((_, i) => {
    const weight = weights[i]!;
    // An item belongs to the part in which its middle is.
    const own = Math.min(count - 1, Math.floor((count * (before + weight / 2)) / total));
    before += weight;
    return own === index;
  });
}
