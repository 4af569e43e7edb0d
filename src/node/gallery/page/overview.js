import { addressOf } from './address.js';
import { gallery } from './data.js';
import { breakable, element, isolated } from './elements.js';
import { crop } from './tiles.js';
import { numberText } from './words.js';

/**
 * Fills the row of each layer while it is near the screen, and empties it when it is not, so that the document stays small
 * however many layers there are. The name of the layer always stays.
 */
export function watchRows() {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) fill(target);
        else empty(target);
      }
    },
    { rootMargin: '300px' },
  );
  for (const row of document.querySelectorAll('[data-layer]')) near.observe(row);
}

/** Empties all rows, before the overview is hidden. They are filled again when it is shown. */
export function emptyRows() {
  for (const row of document.querySelectorAll('[data-layer]')) empty(row);
}

/** An empty row keeps its height, so that the page below it does not move. */
function empty(row) {
  if (row.childElementCount === 1) return;
  if (row.offsetHeight > 0) row.style.minHeight = `${row.offsetHeight}px`;
  while (row.childElementCount > 1) row.lastChild.remove();
  row.querySelector('a').textContent = gallery.layers[Number(row.dataset.layer)].name;
}

function fill(row) {
  if (row.childElementCount > 1) return;
  const layer = gallery.layers[Number(row.dataset.layer)];
  row.querySelector('a').replaceChildren(...breakable(layer.name));
  row.append(element('p', {}, layer.facts[0], element('br'), layer.facts[1]));
  if (layer.telling) row.append(element('ul', { className: 'telling', role: 'list' }, tellingItems(layer)));
  row.style.minHeight = '';
}

/** The most telling feature maps of a layer, each a link. */
function tellingItems({ name, telling: { maps, strip } }) {
  return maps.map(([map, activation, about], i) => {
    const link = element('a', { href: addressOf(name, map), title: `map ${map} of ${name}` });
    if (strip) {
      const [, width, height] = strip;
      const pair = width / maps.length;
      link.append(crop(strip, [i * pair, 0, pair, height], { className: pair > 128 ? 'both' : 'both crisp' }));
    }
    const words = about ? isolated(about) : numberText(activation);
    link.append(element('span', { className: 'caption' }, element('b', {}, String(map)), ` ${words}`));
    return element('li', {}, link);
  });
}
