/** How many patches belong to one class. */
export interface ClassCount {
  readonly label: string;
  /** 1 or more. */
  readonly count: number;
}

/**
 * Counts labels. The most frequent label comes first; equally frequent ones are ordered by UTF-16 code unit. Patches
 * without a label are not counted.
 */
export function countClasses(patches: Iterable<{ readonly label?: string }>): ClassCount[] {
  const counts = new Map<string, number>();
  for (const { label } of patches) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}
