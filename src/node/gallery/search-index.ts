import type { GalleryLayer } from './gallery-page.js';

/** What the page searches: which pictures are among the strongest of which feature map. */
export interface SearchData {
  /** The names of the pictures that are in any list. */
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  /** For each picture the number of its label, or -1. */
  readonly labelOf: readonly number[];
  /** For each layer its feature maps that have patches. */
  readonly layers: readonly LayerIndex[];
}

/** The feature maps of a layer. The lists have one item per feature map that has patches. */
interface LayerIndex {
  /** Those that have patches. */
  readonly maps: readonly number[];
  /** Those that never fired. */
  readonly silent: readonly number[];
  /** Those that are constant; absent if there are none. */
  readonly constant?: readonly number[];
  /** The numbers of the pictures, strongest first. */
  readonly lists: readonly (readonly number[])[];
  /** What each stands for; absent if that is not known of any. */
  readonly names?: readonly string[];
}

/** Collects the search index of a gallery, layer by layer. */
export class SearchIndex {
  readonly #ids = new Map<string, number>();
  readonly #labels = new Map<string, number>();
  readonly #labelOf: number[] = [];
  readonly #layers: LayerIndex[] = [];

  /** Adds the next layer. */
  add({ maps }: Pick<GalleryLayer, 'maps'>): void {
    const drawn = maps.filter(({ patches }) => patches.length > 0);
    const others = maps.filter(({ patches }) => patches.length === 0);
    const numbers = (isConstant: boolean): number[] =>
      others.filter(({ statistics }) => (statistics?.constant ?? false) === isConstant).map(({ map }) => map);
    const constant = numbers(true);
    const named = drawn.some(({ name }) => name !== undefined);
    this.#layers.push({
      maps: drawn.map(({ map }) => map),
      silent: numbers(false),
      ...(constant.length > 0 && { constant }),
      lists: drawn.map(({ patches }) => patches.map(({ id, label }) => this.#number(id, label))),
      ...(named && { names: drawn.map(({ name }) => name ?? '') }),
    });
  }

  get data(): SearchData {
    return {
      ids: [...this.#ids.keys()],
      labels: [...this.#labels.keys()],
      labelOf: this.#labelOf,
      layers: this.#layers,
    };
  }

  #number(id: string, label: string | undefined): number {
    const number = numberOf(this.#ids, id);
    if (number === this.#labelOf.length) this.#labelOf.push(label === undefined ? -1 : numberOf(this.#labels, label));
    return number;
  }
}

/** The number of a text in a table, which it enters if it is new. */
export function numberOf(table: Map<string, number>, text: string): number {
  const known = table.get(text);
  if (known !== undefined) return known;
  table.set(text, table.size);
  return table.size - 1;
}
