import { addressOf } from './address.js';
import { gallery } from './data.js';
import { element, named } from './elements.js';
import { crop } from './tiles.js';
import { numberText } from './words.js';

/**
 * Draws the most telling feature maps of each layer while its row is near the screen, and removes them when it is not, so
 * that the document stays small however many layers there are.
 */
export function watchRows() {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const list = target.querySelector('.telling');
        if (isIntersecting) fill(list, gallery.layers[Number(target.dataset.layer)]);
        else empty(list);
      }
    },
    { rootMargin: '400px' },
  );
  for (const row of document.querySelectorAll('[data-layer]')) near.observe(row);
}

/** Removes what `watchRows` drew, before the overview is hidden. It is drawn again when the overview is shown. */
export function emptyRows() {
  for (const list of document.querySelectorAll('.telling')) empty(list);
}

/** The row keeps its height, so that the page below does not move. */
function empty(list) {
  if (list.childElementCount === 0) return;
  if (list.offsetHeight > 0) list.style.minHeight = `${list.offsetHeight}px`;
  list.replaceChildren();
}

function fill(list, { name, telling }) {
  if (!telling || list.childElementCount > 0) return;
  const { maps, strip } = telling;
  const items = maps.map(([map, activation, about], i) => {
    const link = element('a', { href: addressOf(name, map) });
    if (strip) {
      const [, width, height] = strip;
      const tile = width / (2 * maps.length);
      const part = (side) =>
        crop(strip, [(2 * i + side) * tile, 0, tile, height], {
          className: tile > 64 ? 'tile drawn' : 'tile drawn crisp',
        });
      link.append(element('span', { className: 'pair' }, part(0), part(1)));
    }
    const words = about ? named(about) : numberText(activation);
    link.append(element('span', { className: 'caption' }, element('b', {}, String(map)), ' ', words));
    link.title = `map ${map} of ${name}`;
    return element('li', {}, link);
  });
  list.replaceChildren(...items);
  list.style.minHeight = '';
}
