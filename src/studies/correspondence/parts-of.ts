import { checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Box } from '../kit/covered-copies.js';

/** A picture and its boxes, by the names of the parts. */
export interface MarkedParts {
  readonly id: string;
  readonly boxes: Readonly<Record<string, Box>>;
}

/**
 * The names of all parts, in the order in which they first come. Each must be in two pictures or more.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function partsOf(pictures: readonly MarkedParts[]): string[] {
  for (const { id, boxes } of pictures) {
    const isMarked = typeof boxes === 'object' && boxes !== null && Object.keys(boxes).length > 0;
    checkValue(isMarked, `The picture '${id}' has boxes: an object of boxes by the names of parts`, boxes);
  }
  const parts = [...new Set(pictures.flatMap(({ boxes }) => Object.keys(boxes)))];
  const single = parts.find((part) => pictures.filter(({ boxes }) => Object.hasOwn(boxes, part)).length < 2);
  if (single !== undefined) {
    throw new DeconvnetError(
      'invalid-option',
      `The part '${single}' is marked in one picture alone, and pairs of pictures are compared. Mark it in another one, or leave it out. Perhaps its name is spelt in two ways: the parts are ${parts.join(', ')}.`,
    );
  }
  return parts;
}

/** @throws DeconvnetError `invalid-option` if pictures are not a list of two or more. */
export function checkPairs(pictures: unknown): void {
  const isList = Array.isArray(pictures) && pictures.length > 1;
  checkValue(isList, 'pictures is a list of two or more pictures with boxes, since pairs are compared', pictures);
}
