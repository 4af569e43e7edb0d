import type { RuleName } from 'deconvnet';
import { latest } from '../latest';
import type { Drawing, ProjectRequest } from '../protocol';
import { MAPS_AT_ONCE, type State } from '../state';
import type { App, Question } from './app';

/** How long nobody wonders what is going on, in milliseconds. */
const PATIENCE = 400;

const COMPUTING = 'The page is computing.';

/** How many pixels of the screen drawings have along a side. */
export interface ScreenSides {
  readonly projection: () => number;
  /** One of the strongest patches. */
  readonly top: () => number;
  /** One of the feature maps that fire most on a frame of the camera. */
  readonly live: () => number;
}

/** Looking around in one network: the picture, the layer, the feature map, the place, the rule. */
export class Exploring {
  readonly #app: App;
  readonly #sides: ScreenSides;

  constructor(app: App, sides: ScreenSides) {
    this.#app = app;
    this.#sides = sides;
  }

  choosePicture(pictureId: string): Promise<void> {
    this.#app.set({ pictureId });
    return this.refreshPicture();
  }

  chooseLayer(layer: string): Promise<void> {
    this.#app.set({ layer, featureMap: null, position: 'strongest', limit: MAPS_AT_ONCE });
    return this.refreshMaps();
  }

  chooseMap(featureMap: number): Promise<void> {
    const { position } = this.#app.state;
    this.#app.set({ featureMap, position: position === 'all' ? 'all' : 'strongest' });
    return this.#refreshChosen();
  }

  choosePosition(position: ProjectRequest['position']): Promise<void> {
    this.#app.set({ position });
    return this.refreshProjection();
  }

  arrange(change: Partial<Pick<State, 'order' | 'scale' | 'limit'>>): Promise<void> {
    this.#app.set(change);
    return this.refreshMaps();
  }

  draw(change: Partial<State['drawing']>): Promise<void> {
    this.#app.set({ drawing: { ...this.#app.state.drawing, ...change } });
    return this.#refreshChosen();
  }

  /** How projections are drawn in a place of this screen. */
  drawingFor(place: keyof ScreenSides): Drawing {
    return { ...this.#app.state.drawing, tile: this.#sides[place]() };
  }

  chooseRule(rule: RuleName): Promise<void> {
    this.#app.set({ isRuleChosen: true });
    return this.takeRule(rule);
  }

  /** Takes a rule that no person chose. */
  takeRule(rule: RuleName): Promise<void> {
    this.#app.set({ rule });
    return this.configure();
  }

  readonly configure: () => Promise<void> = latest(() =>
    this.#app.attempt(async () => {
      const { input, rule } = this.#app.state;
      const options = { rule, ...(input !== undefined && { input }) };
      this.#app.set({ network: await this.#app.ask((explorer) => explorer.configure(options)) });
      await (this.#app.state.seen ? this.#refreshChosen() : this.refreshPicture());
    }),
  );

  readonly refreshPicture: () => Promise<void> = latest(() =>
    this.#app.attempt(async () => {
      const { network, pictures, pictureId, isLive } = this.#app.state;
      const picture = pictures.find(({ id }) => id === pictureId);
      // Without an input format a picture means nothing to the network.
      if (!network?.inputFormat || !picture || isLive) return;
      const seen = await this.#app
        .ask((explorer) => explorer.look(picture.blob))
        .catch((error: Error) => {
          throw unreadable(error, picture.id);
        });
      this.#app.set({ seen, seenId: picture.id });
      await this.refreshMaps();
    }),
  );

  readonly refreshMaps: () => Promise<void> = latest(() =>
    this.#app.attempt(async () => {
      const { layer, seen, seenId, scale, order, limit, isLive } = this.#app.state;
      if (!layer || !seen || isLive) return;
      const maps = await this.#ask((explorer) => explorer.maps({ layer, scale, show: { order, limit } }));
      this.#app.state.maps?.tiles.close();
      // Where no feature map has been chosen in this layer, the one that fires most is worth a look.
      const featureMap = this.#app.state.layer === layer ? (this.#app.state.featureMap ?? maps.strongest) : null;
      this.#app.set({ maps: { ...maps, pictureId: seenId }, featureMap });
      await this.#refreshChosen();
    }),
  );

  readonly refreshProjection: () => Promise<void> = latest(() =>
    this.#app.attempt(async () => {
      const { network, layer, featureMap, position, seen, seenId, isLive } = this.#app.state;
      if (!network || !layer || featureMap === null || !seen || isLive) return;
      const isBlocked = network.layers.find(({ name }) => name === layer)?.blockedBy !== null;
      const request = { layer, featureMap, position };
      const projecting = this.#ask((explorer) => explorer.project(request, this.drawingFor('projection')));
      if (isBlocked) {
        // The library says why, in its error.
        const reason = await projecting.then(
          () => null,
          (error: Error) => error.message,
        );
        this.#app.set({ projection: null, blocked: reason, status: '' });
        return;
      }
      const projection = await projecting;
      this.#app.set({
        projection: { ...projection, pictureId: seenId },
        blocked: null,
        status: `The projection of ${layer}, feature map ${featureMap}, is ready.`,
      });
      await this.refreshMemory();
    }),
  );

  readonly refreshTop: () => Promise<void> = latest(() =>
    this.#app.attempt(async () => {
      const { layer, featureMap, mining } = this.#app.state;
      if (!layer || featureMap === null || !mining) {
        this.#app.set({ top: null });
        return;
      }
      this.#app.set({
        top: await this.#app.ask((explorer) => explorer.top(layer, featureMap, this.drawingFor('top'))),
      });
    }),
  );

  /** Asks the worker, and says so where the answer takes long enough to wonder. */
  async #ask<Answer>(question: Question<Answer>): Promise<Answer> {
    const timer = setTimeout(() => this.#app.set({ status: COMPUTING }), PATIENCE);
    try {
      return await this.#app.ask(question);
    } finally {
      clearTimeout(timer);
      if (this.#app.state.status === COMPUTING) this.#app.set({ status: '' });
    }
  }

  async #refreshChosen(): Promise<void> {
    await this.refreshProjection();
    await this.refreshTop();
  }

  readonly refreshMemory: () => Promise<void> = latest(() =>
    this.#app.attempt(async () => this.#app.set({ memory: await this.#app.ask((explorer) => explorer.memory()) })),
  );
}

function unreadable(error: Error, id: string): Error {
  return error.message.startsWith('it is damaged') ? new Error(`‘${id}’ cannot be read: ${error.message}.`) : error;
}
