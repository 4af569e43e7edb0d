import { counted } from '../../../errors/counted.js';
import type { Box } from '../../../studies/kit/covered-copies.js';
import { escapeHtml } from '../../gallery/escape.js';
import { type Html, image, paragraph, table } from '../kit/study-page.js';
import type { MaskedParts, MaskedPicture } from './mask-parts.js';
import { swatch } from './part-colours.js';

/** The most pictures that are shown beside each other, and the width of one in pixels of the page. */
const SHOWN = 8;
const WIDTH = 168;

/** The pictures as in Figure 8 of the paper: a column for each; the first row as it is, and then with one box masked. */
export function maskedPictures(
  { pictures, randomBoxes }: MaskedParts,
  parts: readonly string[],
  colours: ReadonlyMap<string, string>,
): Html {
  const shown = pictures.slice(0, SHOWN);
  const whole = shown.map((one) => framed(one, colours));
  const rows: Html[][] = [['as it is', ...whole]];
  for (const part of parts) {
    rows.push([
      swatch(part, colours),
      ...shown.map((one) =>
        one.masked[part] === undefined ? '' : shownPicture(one, one.masked[part], `${part} masked`),
      ),
    ]);
  }
  if (shown[0]!.random !== undefined) {
    rows.push(['a random box', ...shown.map((one) => shownPicture(one, one.random!, 'with a random box masked'))]);
  }
  const random = randomBoxes[0]!.length;
  return [
    table(['', ...shown.map(({ id }) => id)], rows),
    ...(pictures.length > shown.length
      ? [paragraph(`The first ${shown.length} of ${pictures.length} pictures are shown.`)]
      : []),
    ...(random > 1
      ? [paragraph(`The last row shows the first of ${counted(random, 'random box', 'random boxes')} of each picture.`)]
      : []),
  ].join('\n');
}

/** A picture with a frame in the colour of its part around each box. */
function framed(one: MaskedPicture, colours: ReadonlyMap<string, string>): Html {
  const frames = Object.entries(one.boxes).map(([part, box]) => {
    const place = placeOf(box, one);
    return `<i style="${place};border-color:${colours.get(part)}" title="${escapeHtml(part)}"></i>`;
  });
  return `<span class="framed">${shownPicture(one, one.picture, 'as it is')}${frames.join('')}</span>`;
}

function placeOf({ top, left, bottom, right }: Box, { height, width }: MaskedPicture): string {
  const share = (value: number, whole: number): string => `${Number(((100 * value) / whole).toFixed(2))}%`;
  return `top:${share(top, height)};left:${share(left, width)};height:${share(bottom - top, height)};width:${share(right - left, width)}`;
}

function shownPicture({ id, height, width }: MaskedPicture, file: string, how: string): Html {
  const tall = Math.round((WIDTH * height) / width);
  return image({ file, width: WIDTH, height: tall, alt: `${id} ${how}`, crisp: width < WIDTH });
}
