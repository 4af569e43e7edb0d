/**
 * Names that tell all classes apart: where several classes share a name, the index of the class stands behind it in brackets,
 * as in `crane (134)`.
 */
export function distinctNames(labels: readonly string[]): readonly string[] {
  const indexed = (label: string, index: number): string => `${label} (${index})`;
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const names = labels.map((label, i) => (counts.get(label)! > 1 ? indexed(label, i) : label));
  // A class can already be called 'crane (134)'. With an index behind each name, no two of them are equal.
  return new Set(names).size === names.length ? names : labels.map(indexed);
}
