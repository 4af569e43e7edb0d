import { type AblationSettings, ablationRequest } from './ablation-request';
import type { App } from './app';
import type { Studies } from './studies';

/** Counts how many pictures the network gets right without some of its feature maps. */
export class AblationStudy {
  readonly #app: App;
  readonly #studies: Studies;

  constructor(app: App, studies: Studies) {
    this.#app = app;
    this.#studies = studies;
  }

  start(settings: AblationSettings): Promise<void> {
    const request = ablationRequest(this.#app.state, settings);
    if (!request) return Promise.resolve();
    return this.#studies.run('ablation', async (explorer, tell) => {
      const ablation = await explorer.ablation(request, tell);
      return ablation && { ablation };
    });
  }
}
