import { addressOf } from './address.js';
import { element, named } from './elements.js';
import { kindOf, ORDERS } from './order.js';
import { face } from './tiles.js';
import { CONSTANT_TEXT, percentText } from './words.js';

const GAP = 28;
/** The height of the two lines under the tiles, in pixels. */
const CAPTION = 54;
/** How far beyond the screen cards are drawn, as a share of its height. */
const AHEAD = 0.5;
const NO_TILES = { face: [306, 148] };
/** Tiles that are larger than this are shown smaller than in the sheet. */
const SHOWN_SIDE = 72;
const SHRUNK_SIDE = 64;

/**
 * The feature maps of a layer as a grid of cards. Only the cards near the screen are in the document, however many feature
 * maps there are. The grid is one stop of the tabulator key; the arrow keys move inside it.
 */
export class MapGrid {
  #data;
  #maps = [];
  #order = 'number';
  #cards = new Map();
  #current = 0;
  #columns = 1;
  #row = 1;

  constructor(data) {
    this.#data = data;
    this.list = element('ul', { className: 'maps', role: 'list' });
    this.list.addEventListener('keydown', (event) => this.#onKey(event));
    this.list.addEventListener('focusin', ({ target }) => {
      const card = target.closest('li');
      if (card) this.#select(Number(card.dataset.index));
    });
    this.draw = () => this.#draw();
    addEventListener('scroll', this.draw, { passive: true });
    this.resizing = new ResizeObserver(() => this.#measure());
    this.resizing.observe(this.list);
  }

  /** Stops listening. */
  close() {
    removeEventListener('scroll', this.draw);
    this.resizing.disconnect();
  }

  /** Shows other feature maps, or the same in another order. */
  show(maps, order) {
    this.#maps = maps;
    this.#order = order;
    this.#current = 0;
    for (const card of this.#cards.values()) card.remove();
    this.#cards.clear();
    this.#measure();
  }

  /** Brings a feature map into view, and moves the focus to it. Returns whether it is shown at all. */
  reveal(number) {
    const index = this.#maps.findIndex(({ n }) => n === number);
    if (index >= 0) this.#focus(index);
    return index >= 0;
  }

  #measure() {
    const drawing = this.#data.drawing ?? NO_TILES;
    const [width, height] = drawing.face;
    const side = Math.max(...(drawing.tile ?? [0]));
    const shown = Math.round(width * (side > SHOWN_SIDE ? SHRUNK_SIDE / side : 1));
    const room = this.list.clientWidth;
    if (room === 0) return;
    this.#columns = Math.max(1, Math.floor((room + GAP) / (0.85 * shown + GAP)));
    const column = (room - (this.#columns - 1) * GAP) / this.#columns;
    const card = Math.min(column, 1.2 * shown);
    this.#row = Math.ceil((card * height) / width) + CAPTION + GAP;
    const rows = Math.ceil(this.#maps.length / this.#columns);
    this.list.style.height = `${Math.max(0, rows * this.#row - GAP)}px`;
    this.list.style.setProperty('--card', `${Math.floor(card)}px`);
    this.list.style.setProperty('--column', `${column + GAP}px`);
    this.list.style.setProperty('--row', `${this.#row}px`);
    for (const [index, made] of this.#cards) this.#put(made, index);
    this.#draw();
  }

  /** Draws the cards near the screen, and removes the others. The card with the focus stays. */
  #draw() {
    if (!this.list.isConnected || this.#maps.length === 0) return;
    const { top } = this.list.getBoundingClientRect();
    const first = Math.floor((-top - AHEAD * innerHeight) / this.#row) * this.#columns;
    const last = Math.ceil((innerHeight * (1 + AHEAD) - top) / this.#row) * this.#columns;
    const focused = document.activeElement?.closest('.maps > li');
    for (const [index, card] of this.#cards) {
      if ((index >= first && index < last) || card === focused) continue;
      card.remove();
      this.#cards.delete(index);
    }
    for (let index = Math.max(0, first); index < Math.min(last, this.#maps.length); index++) this.#card(index);
    if (!focused && !this.#cards.has(this.#current)) {
      const onScreen = Math.ceil(-top / this.#row) * this.#columns;
      this.#select(Math.min(Math.max(0, onScreen), this.#maps.length - 1));
    }
  }

  #card(index) {
    const known = this.#cards.get(index);
    if (known) return known;
    const card = element('li', {}, this.#link(this.#maps[index]));
    card.dataset.index = index;
    card.setAttribute('aria-setsize', this.#maps.length);
    card.setAttribute('aria-posinset', index + 1);
    card.firstChild.tabIndex = index === this.#current ? 0 : -1;
    this.#put(card, index);
    // A screen reader reads the cards in the order of the page, so they stay in the order of the feature maps.
    let after = null;
    for (const [other, made] of this.#cards) {
      if (other > index && (after === null || other < Number(after.dataset.index))) after = made;
    }
    this.list.insertBefore(card, after);
    this.#cards.set(index, card);
    return card;
  }

  #put(card, index) {
    card.style.setProperty('--across', index % this.#columns);
    card.style.setProperty('--down', Math.floor(index / this.#columns));
  }

  #link(map) {
    const { name, labels, drawing } = this.#data;
    const kind = kindOf(map);
    const title = element('b', {}, `map ${map.n}`);
    if (map.name) title.append(' · ', named(map.name));
    const value = ORDERS[this.#order].shown(map);
    const facts = [];
    if (kind === 'silent') facts.push('never fired');
    else if (kind === 'constant') facts.push('constant');
    else if (map.stats) facts.push(`fires on ${percentText(map.stats[0])}`);
    if (map.best && map.best[1] > 1) facts.push(`${labels[map.best[0]]} ${map.best[1]} of ${map.patches.length}`);
    return element(
      'a',
      { href: addressOf(name, map.n) },
      map.at
        ? face(drawing, map)
        : element('span', { className: 'face none' }, kind === 'constant' ? CONSTANT_TEXT : 'nothing drawn'),
      element(
        'span',
        { className: 'caption' },
        title,
        value && element('span', {}, value),
        element('small', {}, facts.join(' · ')),
      ),
    );
  }

  #select(index) {
    const former = this.#cards.get(this.#current);
    if (former) former.firstChild.tabIndex = -1;
    this.#current = index;
    const card = this.#cards.get(index);
    if (card) card.firstChild.tabIndex = 0;
  }

  #focus(index) {
    const card = this.#card(index);
    card.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    card.firstChild.focus({ preventScroll: true });
    this.#draw();
  }

  #onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns };
    const ends = { Home: 0, End: this.#maps.length - 1 };
    const index = ends[event.key] ?? this.#current + (steps[event.key] ?? Number.NaN);
    if (Number.isNaN(index)) return;
    event.preventDefault();
    if (index >= 0 && index < this.#maps.length) this.#focus(index);
  }
}
