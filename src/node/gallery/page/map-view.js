import { addressOf } from './address.js';
import { gallery } from './data.js';
import { breakable, element, named } from './elements.js';
import { histogram } from './histogram.js';
import { choiceOf } from './layer-view.js';
import { arrange, kindOf, labelCounts } from './order.js';
import { pairList } from './pairs.js';
import { CONSTANT_TEXT, counted, numberText, percentText } from './words.js';

/** The feature maps before and after one, in the order that was chosen in the layer, or else by number. */
export function neighbours(data, map) {
  const chosen = arrange(data, choiceOf(data.name));
  const maps = chosen.includes(map) ? chosen : data.maps;
  const index = maps.indexOf(map);
  return { index, count: maps.length, previous: maps[index - 1], next: maps[index + 1] };
}

/** One feature map, enlarged. */
export function mapView(data, map) {
  const heading = element('h2', {}, `Map ${map.n}`);
  if (map.name) heading.append(' · ', named(map.name));
  heading.append(element('span', {}, ' of ', breakable(data.name)));
  const { index, count, previous, next } = neighbours(data, map);
  const step = (by, to) =>
    element(
      'a',
      {
        ...{ className: 'step', href: to && addressOf(data.name, to.n), 'data-step': by },
        'aria-disabled': to ? undefined : 'true',
        'aria-label': `${by < 0 ? 'Previous' : 'Next'} feature map${to ? `, ${to.n}` : ''}`,
      },
      by < 0 ? '←' : '→',
    );
  const bar = element(
    'nav',
    { className: 'steps', 'aria-label': 'Feature maps' },
    step(-1, previous),
    element('span', { className: 'count' }, `${index + 1} of ${count}`),
    step(1, next),
    element('a', { className: 'step', href: addressOf(data.name) }, 'Close'),
  );
  const view = element(
    'article',
    { className: 'map', 'aria-label': `Map ${map.n} of ${data.name}` },
    element('div', { className: 'bar' }, heading, bar),
    factList(data, map),
    sides(data, map),
    element('div', { className: 'more' }, bins(map), classes(data, map), related(data, map)),
  );
  return { view, heading };
}

function factList({ notes, drawing, extent, pictures }, map) {
  const { stats, contrast, patches } = map;
  const facts = [];
  const kind = kindOf(map);
  if (kind === 'silent')
    facts.push(`It never fired on these ${counted(gallery.pictures, 'picture')}, so nothing is drawn.`);
  else if (kind === 'constant')
    facts.push(`${CONSTANT_TEXT} Therefore nothing is drawn. The value is ${numberText(stats[2])}.`);
  else if (stats) {
    const [share, mean] = stats;
    facts.push(
      `It is above 0 on ${percentText(share)} of ${counted(gallery.pictures, 'picture')}. The mean of their strongest activations is ${numberText(mean)}.`,
    );
  }
  if (patches.some(([, , , , projection]) => projection === 1)) facts.push(colourText(contrast));
  const boxed = extent?.length === 2 || pictures ? map.patches.filter(([, , , , , , field]) => field !== 0) : [];
  if (boxed.length > 0) facts.push(boxText(drawing, boxed));
  return facts.length + notes.length > 0
    ? element(
        'div',
        { className: 'facts' },
        facts.map((text) => element('p', {}, text)),
      )
    : undefined;
}

/** What the boxes on the small pictures are. */
function boxText(drawing, patches) {
  const swatch = (name) => element('span', { className: `swatch ${name}`, 'aria-hidden': 'true' });
  const field = ['The small pictures are whole: the white box ', swatch('field'), ' is the receptive field'];
  if (patches.every(([, , , , , , , focus]) => focus === 0)) return [...field, '.'];
  const what = drawing?.zoomed ? 'the part that the tiles show' : 'the part in which nearly all of the projection lies';
  return [...field, ', and the yellow box ', swatch('focus'), ` is ${what}.`];
}

function colourText(contrast) {
  const zero = 'Zero is grey in the projections, and all of them have the same scale.';
  if (!contrast) return zero;
  const [scale, clipped] = contrast;
  const share = clipped === 0 ? 'No value is' : `${(100 * clipped).toFixed(1)}% of the values that are not zero are`;
  return `${zero} Values of ${numberText(scale)} and more have the full colour. ${share} clipped.`;
}

/** The patches of the feature map and, if the gallery compares two networks, those of the other beside them. */
function sides(data, map) {
  const own = pairList(data, map);
  if (!data.compared) return own;
  const { drawing, byNumber, extent, pictures } = data.compared;
  const { ids: names, labels } = data;
  const other = byNumber.get(map.n);
  const ids = new Set(map.patches.map(([id]) => id));
  const shared = other?.patches.filter(([id]) => ids.has(id)).length ?? 0;
  const words = !other ? 'This feature map was not mined there.' : sharedText(other, shared);
  return element(
    'div',
    { className: 'sides' },
    element('section', {}, element('h3', {}, gallery.title), element('p', { className: 'note' }, 'This gallery.'), own),
    element(
      'section',
      {},
      element('h3', {}, gallery.comparedWith),
      element('p', { className: 'note' }, words),
      other
        ? pairList(
            { ids: names, labels, extent, drawing, pictures: pictures === 'same' ? data.pictures : pictures },
            other,
          )
        : undefined,
    ),
  );
}

/** What is said of the feature map of the other network. */
function sharedText(other, shared) {
  const kind = kindOf(other);
  if (kind === 'silent') return 'This feature map never fired there.';
  if (kind === 'constant') return `This feature map is constant there. ${CONSTANT_TEXT}`;
  return `${shared} of its ${other.patches.length} pictures are in both lists.`;
}

function bins({ bins }) {
  if (!bins) return undefined;
  return element(
    'section',
    {},
    element('h3', {}, 'Strongest activation of each picture'),
    histogram(bins, gallery.pictures),
  );
}

function classes({ labels, shares }, map) {
  const counts = [...labelCounts(map)].sort(([a, m], [b, n]) => n - m || a - b);
  if (counts.length === 0) return undefined;
  const items = counts.map(([label, count]) =>
    element(
      'li',
      {},
      named(labels[label]),
      ` ${count} of ${map.patches.length}`,
      shares ? element('span', {}, `, ${percentText(shares[label])} of all pictures`) : undefined,
    ),
  );
  return element('section', {}, element('h3', {}, 'Classes of the patches'), element('ul', { role: 'list' }, items));
}

function related({ name, byNumber, maps }, map) {
  if (map.patches.length === 0 || !maps.some(({ related }) => related)) return undefined;
  const items = (map.related ?? []).map(([n, shared]) =>
    element(
      'li',
      {},
      element('a', { href: addressOf(name, n) }, `map ${n}`, byNumber.get(n)?.name ? ` · ${byNumber.get(n).name}` : ''),
      ` ${shared} of ${map.patches.length}`,
    ),
  );
  const list =
    items.length > 0
      ? element('ul', { role: 'list' }, items)
      : element(
          'p',
          { className: 'note' },
          'No other feature map of this layer has two of these pictures among its strongest.',
        );
  return element('section', {}, element('h3', {}, 'Feature maps with most pictures in common'), list);
}
