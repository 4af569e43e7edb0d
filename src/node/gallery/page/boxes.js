import { element } from './elements.js';
import { crop } from './tiles.js';

/** The length of the longer side of a picture on the page, in pixels. */
const SIDE = 96;

/**
 * A whole picture, small, and on it the receptive field and the part that matters in it. If the picture could not be read,
 * only its outline is drawn.
 */
export function boxes(extent, field, focus, thumbnail) {
  const [height, width] = thumbnail?.extent ?? extent ?? [];
  if (!height || !width || field === 0) return undefined;
  const scale = SIDE / Math.max(width, height);
  const label = placesText([height, width], field);
  const size = { width: `${Math.round(width * scale)}px`, aspectRatio: `${width} / ${height}` };
  const picture = thumbnail
    ? crop(thumbnail.sheet, thumbnail.part, {
        className: thumbnail.part[2] * 2 > SIDE ? 'boxes' : 'boxes crisp',
        label,
      })
    : element('span', { className: 'boxes outline', role: 'img', 'aria-label': label });
  Object.assign(picture.style, size);
  picture.append(box([height, width], field, 'field'));
  if (focus !== 0) picture.append(box([height, width], focus, 'focus'));
  return picture;
}

/** A box on a picture, as far as it lies on it. */
function box([height, width], [y, x, high, wide], className) {
  const [top, left] = [Math.max(0, y), Math.max(0, x)];
  const share = (from, to, whole) => `${(100 * Math.max(0, Math.min(whole, to) - from)) / whole}%`;
  const made = element('span', { className });
  Object.assign(made.style, {
    left: `${(100 * left) / width}%`,
    top: `${(100 * top) / height}%`,
    width: share(left, x + wide, width),
    height: share(top, y + high, height),
  });
  return made;
}

function placesText([height, width], [y, x, high, wide]) {
  const range = (from, size) => `${from} to ${from + size - 1}`;
  const outside = y < 0 || x < 0 || y + high > height || x + wide > width ? ' It sticks out of the picture.' : '';
  return `The patch covers rows ${range(y, high)} and columns ${range(x, wide)} of the ${height} × ${width} pixels of the picture.${outside}`;
}
