const format = new Intl.NumberFormat('en');

/** A count as a person reads it: `1,280`. `toLocaleString` would make a formatter for each number. */
export function grouped(count: number): string {
  return format.format(count);
}

/** `1 layer`, `12 layers`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : several}`;
}

/** An activation, short: three digits, and a power of ten where it is very large or very small. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const power = Math.floor(Math.log10(Math.abs(value)));
  if (power > -5 && power < 6) return String(Number(value.toPrecision(3)));
  return `${Number((value / 10 ** power).toPrecision(3))}e${power}`;
}
