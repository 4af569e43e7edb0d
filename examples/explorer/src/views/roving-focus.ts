/** How the items of a list lie beside each other, and what happens when a key moves to one of them. */
export interface RovingOptions {
  /** Items in a row; infinite where there is one row only. */
  readonly columns: () => number;
  /** Is told which item a key moved to, after that item has the focus. */
  readonly onMove?: (item: HTMLElement) => void;
}

/** Makes a list one stop of the Tab key. The arrow keys, Home and End move the focus between its items. */
export class RovingFocus {
  readonly #list: HTMLElement;
  readonly #selector: string;
  readonly #options: RovingOptions;
  #stop: HTMLElement | null = null;

  /** The items are the elements in the list that match a selector and are not hidden. They are made with tabIndex -1. */
  constructor(list: HTMLElement, selector: string, options: RovingOptions) {
    this.#list = list;
    this.#selector = selector;
    this.#options = options;
    list.addEventListener('keydown', (event) => this.#move(event));
    list.addEventListener('focusin', ({ target }) => {
      const item = (target as Element).closest<HTMLElement>(selector);
      if (item) this.#stopAt(item);
    });
  }

  /** Sets the item that the Tab key reaches; without one, or if it is not in the list, the first item. */
  settle(item?: HTMLElement | null): void {
    const found = item && this.#isItem(item) ? item : this.#items()[0];
    if (found) this.#stopAt(found);
  }

  #stopAt(item: HTMLElement): void {
    if (this.#stop && this.#stop !== item) this.#stop.tabIndex = -1;
    this.#stop = item;
    item.tabIndex = 0;
  }

  #isItem(item: HTMLElement): boolean {
    return this.#list.contains(item) && item.closest('[hidden]') === null;
  }

  #items(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>(this.#selector)].filter((item) => this.#isItem(item));
  }

  #move(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const columns = this.#options.columns();
    const items = this.#items();
    const place = items.indexOf((event.target as Element).closest<HTMLElement>(this.#selector)!);
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: place - 1,
      ArrowRight: place + 1,
      ArrowUp: place - columns,
      ArrowDown: place + columns,
      Home: 0,
      End: items.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined || place < 0 || !Number.isFinite(target)) return;
    event.preventDefault();
    const item = items[target];
    if (!item) return;
    item.focus();
    this.#options.onMove?.(item);
  }
}
