import { latest } from '../latest';
import type { NetworkView } from '../protocol';
import type { App } from './app';
import type { Exploring } from './exploring';

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
      // Pictures of different sizes have projections of different sizes, which cannot be compared.
      const canCompare = seen && !isLive && !isMining && network.inputSize && pictures.length > 1;
      if (info.dependsOnPicture && !canCompare) return;
      const blobs = info.dependsOnPicture ? pictures.slice(0, PICTURES).map(({ blob }) => blob) : [];
      const known = Object.fromEntries(
        Object.entries(dependence.deconvnet ?? {}).filter(([name]) => counts(network, name)),
      );
      const request = { layer: info.name, pictures: blobs, known };
      const measured = await this.#app.ask((explorer) => explorer.dependence(request));
      // Another network or another rule may have been chosen in the meantime.
      if (!measured || this.#app.state.network !== network || this.#app.state.rule !== rule) return;
      const { similarity, suited } = measured;
      const all = this.#app.state.dependence;
      this.#app.set({ dependence: { ...all, [rule]: { ...all[rule], [info.name]: similarity } } });
      if (suited === null || suited === rule || this.#app.state.isRuleChosen || !counts(network, info.name)) return;
      await this.#exploring.takeRule(suited);
    }),
  );
}

/** Whether a layer has a say in which rule suits its network: those that are mined have, if there are any. */
function counts({ minedLayers }: NetworkView, layer: string): boolean {
  return minedLayers.length === 0 || minedLayers.includes(layer);
}
