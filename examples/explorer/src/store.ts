import { initialState, type State } from './state';

/** Draws a part of the page; called after changes, with the state as it was drawn last. */
export type View = (state: State, before: State) => void;

/** Holds the state, and has it drawn once after any number of changes. */
export class Store {
  #state = initialState;
  #drawn = initialState;
  #isPlanned = false;
  readonly #views: View[] = [];

  get state(): State {
    return this.#state;
  }

  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => this.#draw());
  }

  /** Adds a view, and draws it for the first time. */
  show(view: View): void {
    this.#views.push(view);
    view(this.#state, this.#state);
  }

  #draw(): void {
    this.#isPlanned = false;
    const before = this.#drawn;
    this.#drawn = this.#state;
    for (const view of this.#views) view(this.#drawn, before);
  }
}
