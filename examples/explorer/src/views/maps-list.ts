import { element } from '../element';
import type { MapsView } from '../protocol';
import { short } from '../words';
import type { MapsSheet } from './maps-sheet';

/** Options to choose a feature map from, one over each tile. One can be tabbed to; arrows move from there. */
export class MapsList {
  readonly #list: HTMLElement;
  readonly #sheet: MapsSheet;
  readonly #onChoice: (featureMap: number) => void;
  #options = new Map<number, HTMLElement>();
  #order: readonly number[] = [];
  #layer = '';
  #chosen: number | null | undefined;

  constructor(list: HTMLElement, sheet: MapsSheet, onChoice: (featureMap: number) => void) {
    this.#list = list;
    this.#sheet = sheet;
    this.#onChoice = onChoice;
    list.addEventListener('click', ({ target }) => {
      const option = (target as Element).closest<HTMLElement>('[role=option]');
      if (option) this.#take(Number(option.dataset.map));
    });
    list.addEventListener('keydown', (event) => this.#move(event));
  }

  /** Shows options for these feature maps; while frames come in, names are left as they are. */
  show({ layer, maps }: MapsView, isLive: boolean): void {
    const order = maps.map(({ featureMap }) => featureMap);
    const isNew = layer !== this.#layer || order.join() !== this.#order.join();
    if (isNew) {
      const hadFocus = this.#list.contains(document.activeElement);
      this.#options = new Map(order.map((featureMap) => [featureMap, optionOf(featureMap)]));
      this.#list.replaceChildren(...this.#options.values());
      this.#order = order;
      this.#layer = layer;
      this.#chosen = undefined;
      if (hadFocus) this.#options.get(order[0] ?? 0)?.focus();
    }
    if (isLive && !isNew) return;
    for (const { featureMap, peak } of maps) {
      const name = `feature map ${featureMap}, ${peak === 0 ? 'does not fire' : `up to ${short(peak)}`}`;
      const option = this.#options.get(featureMap)!;
      option.setAttribute('aria-label', name);
      option.title = name;
    }
  }

  clear(): void {
    this.#options.clear();
    this.#list.replaceChildren();
    this.#order = [];
    this.#chosen = undefined;
  }

  choose(featureMap: number | null): void {
    if (featureMap === this.#chosen) return;
    this.#chosen = featureMap;
    const tabbed = featureMap !== null && this.#options.has(featureMap) ? featureMap : this.#order[0];
    for (const [map, option] of this.#options) {
      option.setAttribute('aria-selected', String(map === featureMap));
      option.tabIndex = map === tabbed ? 0 : -1;
    }
  }

  #take(featureMap: number): void {
    this.#options.get(featureMap)?.focus();
    this.#onChoice(featureMap);
  }

  #move(event: KeyboardEvent): void {
    const place = this.#order.indexOf(Number((event.target as HTMLElement).dataset.map));
    const last = this.#order.length - 1;
    const { columns } = this.#sheet;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: place - 1,
      ArrowRight: place + 1,
      ArrowUp: place - columns,
      ArrowDown: place + columns,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined || place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (target >= 0 && target <= last) this.#take(this.#order[target]!);
  }
}

function optionOf(featureMap: number): HTMLElement {
  const option = element('div', { role: 'option', tabIndex: -1 });
  option.dataset.map = String(featureMap);
  return option;
}
