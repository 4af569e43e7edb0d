/** A source of numbers from 0 to 1, the same for the same seed everywhere. */
export type RandomSource = () => number;

/**
 * One of many sources that a seed has, by its number. It does not depend on how many values are drawn from the others.
 */
export function randomSource(seed: number, stream: number): RandomSource {
  // This is splitmix32: a counter in steps of the golden ratio, mixed by multiplications and shifts.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
}
