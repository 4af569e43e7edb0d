import { proxy } from 'comlink';
import type { MiningProgress } from '../protocol';
import { counted } from '../words';
import type { App } from './app';
import type { Exploring } from './exploring';

/** How often the strongest patches are drawn again while mining goes on, in milliseconds. */
const REDRAW = 1000;

/** Mining the collection for the strongest patches. */
export class Mining {
  readonly #app: App;
  readonly #exploring: Exploring;
  #drawn = 0;

  constructor(app: App, exploring: Exploring) {
    this.#app = app;
    this.#exploring = exploring;
  }

  start(): Promise<void> {
    const { layer, pictures } = this.#app.state;
    if (!layer || pictures.length === 0) return Promise.resolve();
    this.#app.set({
      isMining: true,
      top: null,
      status: `The page is searching ${counted(pictures.length, 'picture')}.`,
    });
    return this.#app.attempt(async () => {
      try {
        await this.#app.ask((explorer) =>
          explorer.mine(
            layer,
            pictures,
            proxy((progress: MiningProgress) => this.#report(pictures, progress)),
          ),
        );
      } finally {
        if (this.#app.state.pictures === pictures) this.#finish();
      }
      await this.#exploring.refreshTop();
    });
  }

  stop(): Promise<void> {
    return this.#app.attempt(() => this.#app.ask((explorer) => explorer.stopMining()));
  }

  #report(pictures: unknown, mining: MiningProgress): void {
    // Another collection may have come in the meantime.
    if (this.#app.state.pictures !== pictures) return;
    this.#app.set({ mining });
    const now = performance.now();
    if (now - this.#drawn < REDRAW || mining.images === 0) return;
    this.#drawn = now;
    void this.#exploring.refreshTop();
  }

  #finish(): void {
    const { mining } = this.#app.state;
    const isWhole = mining !== null && mining.images + mining.skipped === mining.total;
    this.#app.set({
      isMining: false,
      status: mining
        ? isWhole
          ? `The page has searched ${counted(mining.images, 'picture')}.`
          : `The page has searched ${mining.images} of ${counted(mining.total, 'picture')}.`
        : '',
    });
  }
}
