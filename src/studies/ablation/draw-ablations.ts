import { drawNumbers } from '../../tensors/draw-numbers.js';
import { randomSource } from '../../tensors/random-source.js';

/** Feature maps that are set to zero together. */
export interface Ablated {
  /** All of the layer, one alone, or a random share of them. */
  readonly what: 'layer' | 'map' | 'share';
  /** The numbers of the feature maps, in rising order. */
  readonly featureMaps: readonly number[];
  /** The share that was asked for; only if a share was drawn. */
  readonly share?: number;
}

/**
 * What is set to zero, in order: all feature maps; each one that was named; and for each share as many draws as were asked
 * for. A draw of a larger share with the same number contains that of a smaller one.
 */
export function drawAblations(
  { featureMaps, shares, draws }: { featureMaps: readonly number[]; shares: readonly number[]; draws: number },
  count: number,
  seed: number,
): Ablated[] {
  const orders = Array.from({ length: draws }, (_, draw) => drawNumbers(count, count, randomSource(seed, draw)));
  return [
    { what: 'layer', featureMaps: inOrder(orders[0]!) },
    ...featureMaps.map((map): Ablated => ({ what: 'map', featureMaps: [map] })),
    ...shares.flatMap((share) =>
      orders.map(
        (order): Ablated => ({
          ...{ what: 'share', share },
          featureMaps: inOrder(order.slice(0, Math.max(1, Math.round(share * count)))),
        }),
      ),
    ),
  ];
}

function inOrder(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}
