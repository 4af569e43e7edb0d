import { checkValue, isCount } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { RandomSource } from '../../tensors/random-source.js';
import type { Box } from '../kit/covered-copies.js';
import type { MarkedParts } from './parts-of.js';

/** How many random boxes each picture has if nobody says, and if none has more parts. */
const USUAL = 10;

/**
 * How many random boxes to mask in each picture. Their sizes are those of its parts in turn, so there must be one for each
 * part at least: else some part would be compared with boxes of another size.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function randomCount(pictures: readonly MarkedParts[], random: number | undefined): number {
  const counts = pictures.map(({ boxes }) => Object.keys(boxes).length);
  const most = Math.max(...counts);
  const count = random ?? Math.max(USUAL, most);
  checkValue(isCount(count, 0), 'random is how many boxes to draw in each picture, 0 or more', count);
  if (count === 0 || count >= most) return count;
  throw new DeconvnetError(
    'invalid-option',
    `Each part is compared with random boxes of its own size. The picture '${pictures[counts.indexOf(most)]!.id}' has ${most} parts, so random is ${most} or more, or 0 for no comparison; received ${count}.`,
  );
}

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
