/** How many patches are of one class. */
export interface ClassCount {
  readonly label: string;
  /** 1 or more. */
  readonly count: number;
}

/** Counts labels: the most frequent first, equally frequent ones by UTF-16 code unit. What has no label is left out. */
export function countClasses(patches: Iterable<{ readonly label?: string }>): ClassCount[] {
  const counts = new Map<string, number>();
  for (const { label } of patches) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}
