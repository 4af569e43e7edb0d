import { boxes } from './boxes.js';
import { element, named } from './elements.js';
import { thumbnailOf } from './thumbnails.js';
import { tile } from './tiles.js';
import { numberText, placeText } from './words.js';

/** The length of the longer side of a tile on the page, in pixels. */
const LARGE = 168;
const DRAWN = 1;
const ZERO = 2;

/**
 * The patches of a feature map beside their projections, the strongest first.
 *
 * @param side what the layer of one network has: ids, labels, extent, drawing and thumbnails
 */
export function pairList(side, map) {
  const { drawing } = side;
  const list = element('ol', { className: 'pairs', role: 'list' });
  if (drawing) {
    const [width, height] = drawing.tile;
    const side = Math.max(width, height);
    const scale = drawing.smooth ? LARGE / side : Math.max(1, Math.round(LARGE / side));
    list.style.setProperty('--pair', `${Math.round(width * scale) * 2 + 6}px`);
    list.style.setProperty('--ratio', `${width} / ${height}`);
  }
  list.append(...map.patches.map((patch, rank) => pair(side, map, patch, rank)));
  return list;
}

function pair({ ids, labels, extent, drawing, pictures }, map, patch, rank) {
  const [id, label, activation, position, projection, kept, field, focus, probability, output] = patch;
  const name = ids[id];
  const left =
    projection === DRAWN
      ? tile(drawing, map, 'projections', rank, `Projection of ${name}`)
      : projection === ZERO
        ? element('span', { className: 'tile zero' }, 'all zero')
        : element('span', { className: 'tile' }, 'not made');
  const right = kept
    ? tile(drawing, map, 'patches', rank, `Patch of ${name}`)
    : element('span', { className: 'tile' }, 'not kept');
  const words = element('p', {}, element('b', {}, named(name)));
  if (label >= 0) words.append(' · ', named(labels[label]));
  words.append(element('br'), valueText(activation, probability, output), ' ', placeText(position));
  return element(
    'li',
    {},
    element('div', { className: 'pair' }, left, right),
    element('div', { className: 'about' }, words, boxes(extent, field, focus, thumbnailOf(pictures, id))),
  );
}

function valueText(activation, probability, output) {
  if (probability !== null) return `logit ${numberText(activation)}, probability ${numberText(probability)}`;
  if (output !== null) return `input ${numberText(activation)}, output ${numberText(output)}`;
  return `activation ${numberText(activation)}`;
}
