import { breakable, element } from './elements.js';
import { MapGrid } from './map-grid.js';
import { arrange, arrangedText, kindOf, labelCounts, ORDERS, ordersOf } from './order.js';

/** How many classes are suggested at once. */
const SUGGESTED = 40;

/** What was chosen in each layer, while the page is open. */
const choices = new Map();

/** What is chosen in a layer: the order, which feature maps, and the class. */
export function choiceOf(name) {
  if (!choices.has(name)) choices.set(name, { order: 'number', show: 'all', label: '' });
  return choices.get(name);
}

/** The view of a layer: what it is, controls to sort and filter, and its feature maps. */
export class LayerView {
  #data;
  #grid;
  #status = element('p', { className: 'count', role: 'status' });

  constructor(data) {
    this.#data = data;
    this.#grid = new MapGrid(data);
    this.heading = element('h2', {}, breakable(data.name));
    const selectivity =
      data.labels.length > 0
        ? 'Class selectivity is the share of the patches that belong to their commonest class' +
          (data.shares
            ? ', less the share of all pictures that belong to it.'
            : '. The classes of all pictures are not known, so their shares are not subtracted.')
        : undefined;
    this.element = element(
      'section',
      { className: 'layer', 'aria-label': `Layer ${data.name}` },
      this.heading,
      element('p', { className: 'facts' }, data.facts.join(' · ')),
      [...data.notes, selectivity].filter((note) => note).map((note) => element('p', { className: 'note' }, note)),
      this.#controls(),
      this.#status,
      this.#grid.list,
    );
  }

  /** Fills the grid, when the view is in the document. */
  open() {
    this.#arrange();
  }

  close() {
    this.#grid.close();
  }

  reveal(number) {
    return this.#grid.reveal(number);
  }

  #controls() {
    const { maps, labels, name } = this.#data;
    const choice = choiceOf(name);
    const count = (kind) => maps.filter((map) => kindOf(map) === kind).length;
    const constant = count('constant');
    const select = (words, key, options) => {
      const list = options.map(([value, text]) => element('option', { value }, text));
      const made = element('select', { onchange: () => this.#choose(key, made.value) }, list);
      made.value = choice[key];
      return element('label', {}, words, ' ', made);
    };
    const orders = ordersOf(this.#data).map((order) => [order, ORDERS[order].words]);
    const shown = [
      ['all', `All (${maps.length})`],
      ['fired', `Fired${constant > 0 ? ', not constant' : ''} (${count('fired')})`],
      ['silent', `Dead, never fired (${count('silent')})`],
      ...(constant > 0 ? [['constant', `Constant (${constant})`]] : []),
    ];
    return element(
      'form',
      { className: 'controls', onsubmit: (event) => event.preventDefault() },
      select('Sort by', 'order', orders),
      select('Show', 'show', shown),
      labels.length > 0 ? this.#classFilter(choice) : undefined,
    );
  }

  /** A field for a class, with suggestions. There may be thousands of classes, so only a few are in the document. */
  #classFilter(choice) {
    const { maps, labels } = this.#data;
    const counts = new Map();
    for (const map of maps)
      for (const label of labelCounts(map).keys()) counts.set(label, (counts.get(label) ?? 0) + 1);
    const known = [...counts.keys()].map((label) => labels[label]).sort((a, b) => a.localeCompare(b, 'en'));
    const list = element('datalist', { id: 'classes' });
    const field = element('input', { type: 'search', value: choice.label, placeholder: 'any', autocomplete: 'off' });
    field.setAttribute('list', 'classes');
    const suggest = () => {
      const wanted = field.value.trim().toLowerCase();
      const fitting = known.filter((label) => label.toLowerCase().includes(wanted)).slice(0, SUGGESTED);
      list.replaceChildren(...fitting.map((value) => element('option', { value })));
    };
    field.addEventListener('focus', suggest);
    field.addEventListener('input', () => {
      suggest();
      this.#choose('label', field.value);
    });
    return element('label', {}, 'Class ', field, list);
  }

  #choose(key, value) {
    choiceOf(this.#data.name)[key] = value;
    this.#arrange();
  }

  #arrange() {
    const choice = choiceOf(this.#data.name);
    const maps = arrange(this.#data, choice);
    this.#status.textContent = arrangedText(maps, this.#data, choice);
    this.#grid.show(maps, choice.order);
  }
}
