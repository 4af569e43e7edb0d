import { latest } from '../latest';
import type { State } from '../state';
import type { App } from './app';
import type { Exploring } from './exploring';

/** Above this number the projections of a layer show more of the weights than of the picture. */
const DEPENDS_LITTLE = 0.5;

/** How many pictures are compared. */
const PICTURES = 3;

/** Measures how much projections depend on the picture, and takes the rule that suits the network if no person chose one. */
export class Dependence {
  readonly #app: App;
  readonly #exploring: Exploring;

  constructor(app: App, exploring: Exploring) {
    this.#app = app;
    this.#exploring = exploring;
    // It is measured when the projection that was asked for is there. What is known without measuring comes at once.
    app.store.show((state, before) => {
      const isNew = state.projection !== before.projection || state.network !== before.network;
      if (isNew || state.isMining !== before.isMining) void this.#refresh();
    });
  }

  readonly #refresh = latest(() =>
    this.#app.attempt(async () => {
      const { network, layer, rule, pictures, seen, isLive, isMining, dependence } = this.#app.state;
      const info = network?.layers.find(({ name }) => name === layer);
      if (!network?.inputFormat || !info || info.blockedBy !== null || dependence[rule]?.[info.name] !== undefined)
        return;
      if (!info.dependsOnPicture) return this.#learn(network, info.name, 1);
      // Pictures of different sizes have projections of different sizes, which cannot be compared.
      if (!seen || isLive || isMining || !network.inputSize || pictures.length < 2) return;
      const blobs = pictures.slice(0, PICTURES).map(({ blob }) => blob);
      const measured = await this.#app.ask((explorer) => explorer.dependence(info.name, blobs));
      if (measured !== null && this.#app.state.rule === rule) await this.#learn(network, info.name, measured);
    }),
  );

  async #learn(network: State['network'], layer: string, measured: number): Promise<void> {
    const { rule, dependence, isRuleChosen } = this.#app.state;
    // Another network may have been opened in the meantime.
    if (this.#app.state.network !== network) return;
    const known = { ...dependence[rule], [layer]: measured };
    this.#app.set({ dependence: { ...dependence, [rule]: known } });
    if (isRuleChosen || rule !== 'deconvnet') return;
    const all = Object.values(known);
    const above = all.filter((one) => one > DEPENDS_LITTLE).length;
    if (above > all.length / 2) await this.#exploring.takeRule('guided');
  }
}
