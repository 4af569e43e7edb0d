/** Things in the order of a deal of cards: one of each group in turn, so that the first few are of every group. */
export function inTurns<Thing>(things: readonly Thing[], groupOf: (thing: Thing) => string): Thing[] {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const name = groupOf(thing);
    const known = groups.get(name);
    if (known) known.push(thing);
    else groups.set(name, [thing]);
  }
  const longest = Math.max(0, ...[...groups.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, rank) =>
    [...groups.values()].flatMap((group) => (rank < group.length ? [group[rank]!] : [])),
  ).flat();
}
