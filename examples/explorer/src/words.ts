/** `1 layer`, `12 layers`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
}

/** An activation, short. */
export function short(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}
