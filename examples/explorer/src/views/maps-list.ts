import { element } from '../element';
import type { MapsView } from '../protocol';
import { short } from '../words';
import type { MapsSheet } from './maps-sheet';
import { RovingFocus } from './roving-focus';

/** Options to choose a feature map from: one lies over each tile of the sheet. */
export class MapsList {
  readonly #list: HTMLElement;
  readonly #roving: RovingFocus;
  readonly #onChoice: (featureMap: number) => void;
  /** One for each tile, in the order of the tiles; they are kept from layer to layer, since making them takes time. */
  #options: HTMLElement[] = [];
  #order: readonly number[] = [];
  #layer = '';
  #chosen: HTMLElement | undefined;

  constructor(list: HTMLElement, sheet: MapsSheet, onChoice: (featureMap: number) => void) {
    this.#list = list;
    this.#onChoice = onChoice;
    this.#roving = new RovingFocus(list, '[role=option]', {
      columns: () => sheet.columns,
      onMove: (option) => onChoice(Number(option.dataset.map)),
    });
    list.addEventListener('click', ({ target }) => {
      const option = (target as Element).closest<HTMLElement>('[role=option]');
      if (!option) return;
      option.focus();
      this.#onChoice(Number(option.dataset.map));
    });
  }

  /** Shows options for these feature maps. While frames of a camera come in, names stay as they are. */
  show({ layer, maps }: MapsView, isLive: boolean): void {
    const order = maps.map(({ featureMap }) => featureMap);
    const isNew = layer !== this.#layer || order.join() !== this.#order.join();
    if (isLive && !isNew) return;
    this.#resize(maps.length);
    for (const [place, { featureMap, peak }] of maps.entries()) {
      const option = this.#options[place]!;
      const name = `feature map ${featureMap}, ${peak === 0 ? 'does not fire' : `up to ${short(peak)}`}`;
      option.dataset.map = String(featureMap);
      option.setAttribute('aria-label', name);
      option.title = name;
    }
    this.#order = order;
    this.#layer = layer;
  }

  clear(): void {
    this.#resize(0);
    this.#order = [];
  }

  choose(featureMap: number | null): void {
    const option = this.#options[featureMap === null ? -1 : this.#order.indexOf(featureMap)];
    if (option === this.#chosen && option !== undefined) return;
    this.#chosen?.setAttribute('aria-selected', 'false');
    option?.setAttribute('aria-selected', 'true');
    this.#chosen = option;
    this.#roving.settle(option);
    // After another picture the chosen map lies elsewhere.
    if (option && this.#list.contains(document.activeElement)) option.focus({ preventScroll: true });
  }

  #resize(length: number): void {
    while (this.#options.length > length) this.#options.pop()!.remove();
    const added = Array.from({ length: length - this.#options.length }, () =>
      element('div', { role: 'option', tabIndex: -1, ariaSelected: 'false' }),
    );
    this.#options.push(...added);
    this.#list.append(...added);
  }
}
