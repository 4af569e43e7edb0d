import { picturesOf } from '../labelled';
import type { AblationKind } from '../protocol-ablation';
import { spreadEvenly } from '../spread-evenly';
import type { App } from './app';
import type { Studies } from './studies';

/** What a person can set for the study of ablation. */
export interface AblationSettings {
  readonly what: AblationKind;
  /** How many feature maps are set to zero one by one, and how many pictures are counted, at most. */
  readonly maps: number;
  readonly pictures: number;
  readonly seed: number;
  /** The names of the classes, if the network does not have them. */
  readonly labels: readonly string[] | null;
}

/** The most layers of which half is set to zero. */
const LAYERS = 8;

/** Counts how many pictures the network gets right without some of its feature maps. */
export class AblationStudy {
  readonly #app: App;
  readonly #studies: Studies;

  constructor(app: App, studies: Studies) {
    this.#app = app;
    this.#studies = studies;
  }

  start({ what, maps, pictures, seed, labels }: AblationSettings): Promise<void> {
    const { network, layer } = this.#app.state;
    const info = network?.layers.find(({ name }) => name === layer);
    if (!network || !info) return Promise.resolve();
    const own = what === 'layer';
    const numbers = Array.from({ length: info.featureMaps }, (_, map) => map);
    const request = {
      ...{ what, seed },
      pictures: picturesOf(this.#app.state.pictures, labels ?? network.labels).slice(0, pictures),
      layers: own || network.minedLayers.length === 0 ? [info.name] : spreadEvenly(network.minedLayers, LAYERS),
      featureMaps: own ? spreadEvenly(numbers, maps) : [],
      ...(labels && { labels }),
    };
    return this.#studies.run('ablation', async (explorer, tell) => {
      const ablation = await explorer.ablation(request, tell);
      return ablation && { ablation };
    });
  }
}
