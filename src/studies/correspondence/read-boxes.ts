import { checkValue, isPlainObject } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { didYouMean } from '../../errors/did-you-mean.js';
import type { Box } from '../kit/covered-copies.js';

/** The boxes of parts by their names, for each picture by its id, in pixels of the picture file. */
export type PictureBoxes = Readonly<Record<string, Readonly<Record<string, Box>>>>;

/** The sides of a box, in the order in which a person would write them. */
const SIDES = ['left', 'top', 'right', 'bottom'] as const;

/**
 * Reads the boxes of parts of pictures from JSON. People measure in the picture file, so the boxes are in its pixels, as a
 * viewer shows it. `left` and `top` are the first column and row of a part. `right` and `bottom` are the first ones after
 * it, so that `right - left` is the width. The numbers may be fractions.
 *
 * ```json
 * {
 *   "dogs/rex.jpg": {
 *     "left eye": { "left": 121, "top": 80, "right": 150, "bottom": 104 },
 *     "nose": { "left": 135, "top": 120, "right": 171, "bottom": 148 }
 *   },
 *   "dogs/ada.jpg": {
 *     "nose": { "left": 210, "top": 98, "right": 240, "bottom": 121 }
 *   }
 * }
 * ```
 *
 * @param json the text of a file, or the object that it describes
 * @returns the boxes, to be converted by `fitBox` for a model
 * @example
 * ```ts
 * import { readBoxes } from 'deconvnet/studies';
 *
 * const boxes = readBoxes('{ "rex.jpg": { "nose": { "left": 135, "top": 120, "right": 171, "bottom": 148 } } }');
 * console.log(boxes['rex.jpg']!.nose!.left); // 135
 * ```
 * @throws DeconvnetError `invalid-option`; the message says what is wrong, of which part and picture.
 */
export function readBoxes(json: unknown): PictureBoxes {
  const boxes = typeof json === 'string' ? parsed(json) : json;
  const isFilled = isNamed(boxes) && Object.keys(boxes).length > 0;
  checkValue(isFilled, 'Boxes are an object with an object of boxes for each picture, by its id', boxes);
  return Object.fromEntries(
    Object.entries(boxes as object).map(([id, parts]: [string, unknown]) => {
      const isMarked = isNamed(parts) && Object.keys(parts).length > 0;
      checkValue(isMarked, `The picture '${id}' has at least one box, by the name of a part`, parts);
      const entries = Object.entries(parts as object).map(([part, box]) => [part, boxOf(box, nameOfBox(part, id))]);
      return [id, Object.fromEntries(entries)];
    }),
  );
}

/** What messages call a box. */
export function nameOfBox(part: string, id: string): string {
  return `The box '${part}' of the picture '${id}'`;
}

function isNamed(value: unknown): value is object {
  return typeof value === 'object' && value !== null && isPlainObject(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new DeconvnetError('invalid-option', `The boxes are not valid JSON: ${(cause as Error).message}.`, { cause });
  }
}

function boxOf(box: unknown, name: string): Box {
  checkValue(isNamed(box), `${name} is { "left": 10, "top": 20, "right": 30, "bottom": 40 }`, box);
  const given = box as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((key) => !(SIDES as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw new DeconvnetError(
      'invalid-option',
      `${name} has no side '${unknown}'. ${didYouMean(unknown, SIDES)}Sides: ${SIDES.join(', ')}.`,
    );
  }
  for (const side of SIDES) {
    const isNumber = typeof given[side] === 'number' && Number.isFinite(given[side]) && given[side] >= 0;
    checkValue(isNumber, `${name} has the side '${side}', a number of pixels from 0`, given[side]);
  }
  const { left, top, right, bottom } = given as Readonly<Record<(typeof SIDES)[number], number>>;
  if (left < right && top < bottom) return { top, left, bottom, right };
  throw new DeconvnetError(
    'invalid-option',
    `${name} has no pixels: left (${left}) must be less than right (${right}), and top (${top}) less than bottom (${bottom}).`,
  );
}
