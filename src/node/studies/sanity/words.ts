/** A number with two places, and a real minus. A dash if there is none. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const text = value.toFixed(2);
  return (text === '-0.00' ? '0.00' : text).replace('-', '−');
}

/** Words as in a sentence: "a, b and c". */
export function listed(words: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words);
}
