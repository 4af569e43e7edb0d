import { proxy } from 'comlink';
import type { SanityNews, SanityRequest, SanityView } from '../protocol-sanity';
import type { App } from './app';
import type { Studies } from './studies';

/** What a person can set for the sanity check. */
export type SanitySettings = Pick<SanityRequest, 'rules' | 'steps' | 'seed'>;

/** The side of a drawing, in pixels of the style sheet. */
const SIDE = 96;

/** Checks what the projections of the chosen feature map depend on. */
export class SanityCheck {
  readonly #app: App;
  readonly #studies: Studies;

  constructor(app: App, studies: Studies) {
    this.#app = app;
    this.#studies = studies;
  }

  /** Checks it. Each result is shown as soon as it is there. Those of the check before stay until the first one comes. */
  start(settings: SanitySettings): Promise<void> {
    const { layer, featureMap, drawing } = this.#app.state;
    const picture = this.#studies.picture();
    if (!picture || layer === null || featureMap === null) return Promise.resolve();
    const tile = Math.round(SIDE * devicePixelRatio);
    const request = { ...settings, picture, layer, featureMap, drawing: { ...drawing, tile } };
    return this.#studies.run('sanity', async (explorer, tell, start) => {
      const take = proxy((news: SanityNews) => {
        if (this.#app.state.studying?.start !== start) return;
        this.#app.set({ sanity: withNews(this.#app.state.sanity, start, news) });
      });
      return (await explorer.sanity(request, tell, take)) && {};
    });
  }
}

/** What is known after something new of the check that began at `start`. Its head begins anew. */
function withNews(
  before: SanityView | null,
  start: number,
  { head, steps = [], ...parts }: SanityNews,
): SanityView | null {
  if (head) return { start, head, steps, edges: null, classes: null, switches: null, ...parts };
  return before && { ...before, ...parts, steps: [...before.steps, ...steps] };
}
