/** At most `most` of a list, spread evenly, with the first and the last. */
export function spreadEvenly<Item>(list: readonly Item[], most: number): Item[] {
  if (list.length <= most) return [...list];
  // The last one alone, because it is the furthest step.
  if (most === 1) return list.slice(-1);
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!);
}
