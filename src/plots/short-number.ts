/** A number with three digits, for captions and legends. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
