import { element } from './elements.js';

/**
 * A part of a sprite sheet, as an element that scales with its width.
 *
 * @param sheet its file, width and height
 * @param part x, y, width and height, in pixels of the sheet
 */
export function crop([file, sheetWidth, sheetHeight], [x, y, width, height], { className, label }) {
  const share = (offset, whole, own) => (whole === own ? 0 : (100 * offset) / (whole - own));
  const made = element('span', { className });
  if (label === undefined) made.setAttribute('aria-hidden', 'true');
  else {
    made.setAttribute('role', 'img');
    made.setAttribute('aria-label', label);
  }
  Object.assign(made.style, {
    aspectRatio: `${width} / ${height}`,
    backgroundImage: `url("${file}")`,
    backgroundSize: `${(100 * sheetWidth) / width}% ${(100 * sheetHeight) / height}%`,
    backgroundPosition: `${share(x, sheetWidth, width)}% ${share(y, sheetHeight, height)}%`,
  });
  return made;
}

/** All tiles of a feature map: projections on the left, patches on the right. */
export function face({ sheets, face: [width, height], crisp }, { at: [sheet, x, y] }) {
  return crop(sheets[sheet], [x, y, width, height], { className: crisp ? 'face crisp' : 'face' });
}

/** One tile of a feature map. */
export function tile(drawing, { at: [sheet, x, y] }, block, rank, label) {
  const [width, height] = drawing.tile;
  const [left, top] = drawing[block][rank];
  const className = drawing.smooth ? 'tile drawn' : 'tile drawn crisp';
  return crop(drawing.sheets[sheet], [x + left, y + top, width, height], { className, label });
}
