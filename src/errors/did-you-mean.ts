/** "Did you mean ...? ", or nothing where no name is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const [near] = byDistance(word, known);
  return near && near.distance <= Math.max(2, word.length / 3) ? `Did you mean '${near.candidate}'? ` : '';
}

/** More names than this are too many to read. */
const READABLE = 12;
const FEW = 5;

/** All names, or of many the first few and how many there are. */
export function namesIn(names: readonly string[]): string {
  if (names.length <= READABLE) return names.join(', ');
  return `${names.slice(0, FEW).join(', ')} ... (${names.length} in all)`;
}

/** "The layers are: ...", or of many those that are nearest to a word. */
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
