import type { RandomSource } from '../../tensors/random-source.js';
import type { Box } from '../kit/covered-copies.js';

/**
 * Boxes at random places of a picture, which lie inside of it. Their sizes are those of the given boxes, one after another.
 */
export function randomBoxes(
  { height, width }: { readonly height: number; readonly width: number },
  like: readonly Box[],
  count: number,
  random: RandomSource,
): Box[] {
  return Array.from({ length: count }, (_, i) => {
    const { top, left, bottom, right } = like[i % like.length]!;
    const [tall, wide] = [bottom - top, right - left];
    const [y, x] = [Math.floor(random() * (height - tall + 1)), Math.floor(random() * (width - wide + 1))];
    return { top: y, left: x, bottom: y + tall, right: x + wide };
  });
}
