import type { RandomSource } from './random-source.js';

/**
 * Some different numbers from 0, below a limit, in the order in which they were drawn; all of them if there are no more
 * than were asked for.
 */
export function drawNumbers(count: number, limit: number, random: RandomSource): number[] {
  const numbers = Array.from({ length: limit }, (_, i) => i);
  for (let i = 0; i < Math.min(count, limit); i++) {
    const other = i + Math.floor(random() * (limit - i));
    [numbers[i], numbers[other]] = [numbers[other]!, numbers[i]!];
  }
  return numbers.slice(0, count);
}
