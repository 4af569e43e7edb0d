/** A step of the random layers: how many layers are random, counted from the top down, and the lowest of them. */
export interface TakenStep {
  readonly randomLayers: number;
  readonly downTo: string;
}

/** The most steps that are taken. Each costs as much as the real network, and copies the model. */
const MOST = 24;

/**
 * The steps that are taken: all of them, or some that are spread evenly if there are many. The first and the last are among
 * them.
 *
 * @param layers the layers that can become random, from the top down
 */
export function takenSteps(layers: readonly string[]): TakenStep[] {
  return spreadEvenly(layers.length, MOST).map((randomLayers) => ({ randomLayers, downTo: layers[randomLayers - 1]! }));
}

/** At most `most` of the numbers from 1 to `count`, spread evenly, with the first and the last. */
export function spreadEvenly(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, i) => 1 + Math.round((i * (count - 1)) / Math.max(1, taken - 1)));
}

/**
 * The number of random layers that is nearest to half of all. Undefined if there is only one layer.
 *
 * @param randomLayers that of each step, with all layers as the last
 */
export function upperHalf(randomLayers: readonly number[]): number | undefined {
  const layers = randomLayers.at(-1)!;
  const away = (count: number): number => Math.abs(count - Math.ceil(layers / 2));
  return randomLayers.filter((count) => count > 0 && count < layers).sort((a, b) => away(a) - away(b) || a - b)[0];
}
