/** "Did you mean ...? ", or the empty string if no known name resembles the word. */
export function didYouMean(word: string, known: readonly string[]): string {
  const [near] = byDistance(word, known);
  return near && near.distance <= Math.max(2, word.length / 3) ? `Did you mean '${near.candidate}'? ` : '';
}

/** A message lists at most this many names in full. */
const READABLE = 12;
/** A message lists this many of a longer list. */
const FEW = 5;

/** All names; if there are more than 12, the first five and the number of all. */
export function namesIn(names: readonly string[]): string {
  if (names.length <= READABLE) return names.join(', ');
  return `${names.slice(0, FEW).join(', ')} ... (${names.length} in all)`;
}

/** "The layers are: ..."; if there are more than 12, only the five that resemble a word most. */
export function nearestNames(what: string, word: string, known: readonly string[]): string {
  if (known.length <= READABLE) return `The ${what} are: ${known.join(', ')}.`;
  const near = byDistance(word, known).slice(0, FEW);
  return `The nearest of its ${known.length} ${what} are: ${near.map(({ candidate }) => candidate).join(', ')}.`;
}

function byDistance(
  word: string,
  known: readonly string[],
): { readonly candidate: string; readonly distance: number }[] {
  return known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
