import { addressOf } from './address.js';
import { layerNames, loadSearch } from './data.js';
import { breakableText, element, isolated, named } from './elements.js';
import { findMatches } from './search-matches.js';
import { counted } from './words.js';

/** The search field and its results. All results are links. */
export class SearchBox {
  #field = document.getElementById('find');
  #panel = document.getElementById('results');
  #status = document.getElementById('found');
  #index;
  #here;

  /** @param here tells the index of the layer that is open */
  constructor(here) {
    this.#here = here;
    this.#field.addEventListener('input', () => void this.#find());
    this.#field.addEventListener('focus', () => void this.#find());
    this.#field.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#links()[0]?.click();
    });
    this.#field.form.addEventListener('keydown', (event) => this.#onKey(event));
    this.#panel.addEventListener('click', ({ target }) => {
      if (target.closest('a')) this.close();
    });
    document.addEventListener('pointerdown', ({ target }) => {
      if (!this.#field.form.contains(target)) this.close();
    });
    this.#field.form.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget && !this.#field.form.contains(relatedTarget)) this.close();
    });
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  focus() {
    this.#field.focus();
    this.#field.select();
  }

  close() {
    this.#panel.hidden = true;
    this.#panel.replaceChildren();
    this.#status.textContent = '';
  }

  /** Finds what fits, at once among the layers, and among the rest when the index is loaded. */
  async #find() {
    this.#show();
    if (this.#index) return;
    try {
      this.#index = await loadSearch();
      if (document.activeElement === this.#field) this.#show();
    } catch (error) {
      this.#status.textContent = error.message;
    }
  }

  #show() {
    const text = this.#field.value;
    const groups = findMatches(text, layerNames, this.#index, this.#here());
    const total = groups.reduce((sum, group) => sum + group.total, 0);
    const empty = text.trim() === '';
    this.#panel.hidden = empty;
    const nothing = this.#index ? 'Nothing was found.' : 'The search index is being loaded.';
    this.#status.textContent = empty ? '' : total > 0 ? counted(total, 'result') : nothing;
    this.#panel.replaceChildren(...(total > 0 ? groups.map(groupOf) : [element('p', {}, nothing)]));
    this.#panel.scrollTop = 0;
  }

  #links() {
    return [...this.#panel.querySelectorAll('a')];
  }

  #onKey(event) {
    if (event.key === 'Escape' && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.#field.focus();
      this.close();
      return;
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined || !this.isOpen) return;
    event.preventDefault();
    const links = this.#links();
    const next = links.indexOf(document.activeElement) + by;
    (next < 0 ? this.#field : links[Math.min(next, links.length - 1)])?.focus();
  }
}

function groupOf({ title, name, total, results }) {
  const heading = element('h2', {}, title);
  if (name !== undefined) heading.append(' ', named(name));
  if (total > results.length) heading.append(` (the first ${results.length} of ${total})`);
  return element('section', {}, heading, element('ul', { role: 'list' }, results.map(itemOf)));
}

function itemOf({ layer, map, words }) {
  const name = layerNames[layer];
  const where = map === undefined ? '' : ` · map ${map} `;
  const link = element('a', { href: addressOf(name, map) }, breakableText(name) + where);
  if (words !== undefined) link.append(element('span', {}, isolated(words)));
  return element('li', {}, link);
}
