import { proxy, type Remote } from 'comlink';
import type { StudyProgress } from 'deconvnet/studies';
import type { EvolutionStepView } from '../protocol-evolution';
import type { OnProgress, StudiedPicture, StudyFill, StudyName } from '../protocol-studies';
import type { RunningState } from '../studies-state';
import type { Explorer } from '../worker/explorer';
import type { App } from './app';
import { evolutionOf, type FollowSettings } from './evolution-request';
import type { Exploring } from './exploring';

/**
 * The longer side of a frame of the evolution, in pixels of the style sheet, and the most that it has on any screen. Places
 * for frames are at most 112 pixels wide, but may show a part of one. All frames are kept, and there can be thousands.
 */
const [FRAME, LARGEST_FRAME] = [128, 256];

/** Studies of the open network: they run in its worker, one at a time. */
export class Studies {
  readonly #app: App;
  readonly #exploring: Exploring;

  constructor(app: App, exploring: Exploring) {
    this.#app = app;
    this.#exploring = exploring;
  }

  choose(study: StudyName): void {
    this.#app.set({ study });
  }

  /** Covers the chosen picture, and watches the chosen feature map. */
  cover(settings: { readonly size?: number; readonly stride?: number; readonly fill: StudyFill }): Promise<void> {
    const { layer, featureMap } = this.#app.state;
    const picture = this.picture();
    if (!picture || layer === null || featureMap === null) return Promise.resolve();
    const request = { ...settings, picture, layer, featureMap, drawing: this.#exploring.drawingFor('projection') };
    return this.run('occlusion', async (explorer, tell) => {
      const occlusion = await explorer.occlusion(request, tell);
      return occlusion && { occlusion };
    });
  }

  /** Moves the chosen picture. */
  move(fill: StudyFill): Promise<void> {
    const picture = this.picture();
    if (!picture) return Promise.resolve();
    return this.run('invariance', async (explorer, tell) => {
      const invariance = await explorer.invariance({ picture, fill }, tell);
      return invariance && { invariance };
    });
  }

  /** Compares the parts that are marked: in the chosen layer, or in those that the library takes as the paper's. */
  compare({
    isInChosen,
    ...settings
  }: {
    readonly isInChosen: boolean;
    readonly random: number;
    readonly seed: number;
    readonly fill: StudyFill;
  }): Promise<void> {
    const { boxes, layer } = this.#app.state;
    const pictures = this.#app.state.pictures.filter(({ id }) => Object.keys(boxes[id] ?? {}).length > 0);
    const request = { ...settings, pictures, boxes, ...(isInChosen && layer !== null && { layers: [layer] }) };
    return this.run('correspondence', async (explorer, tell) => {
      const correspondence = await explorer.correspondence(request, tell);
      return correspondence && { correspondence };
    });
  }

  /** Follows feature maps through the checkpoints. What is found at each of them is shown as soon as it is there. */
  follow(settings: FollowSettings): Promise<void> {
    const tile = Math.min(Math.round(FRAME * devicePixelRatio), LARGEST_FRAME);
    const [request, evolution] = evolutionOf(this.#app.state, settings, { ...this.#app.state.drawing, tile });
    const steps: EvolutionStepView[] = [];
    return this.run('evolution', async (explorer, tell, start) => {
      const show = (step: EvolutionStepView): void => {
        if (this.#app.state.studying?.start !== start) return;
        steps.push(step);
        this.#app.set({ evolution: { ...evolution, start, steps: [...steps] } });
      };
      return (await explorer.evolution(request, proxy(show), tell)) && {};
    });
  }

  stop(): Promise<void> {
    return this.#app.attempt(() => this.#app.ask((explorer) => explorer.stopStudy()));
  }

  /** The picture that the network looks at; null if there is none that stays. */
  picture(): StudiedPicture | null {
    const { seen, seenId, pictures, isLive } = this.#app.state;
    if (!seen || isLive) return null;
    const label = pictures.find(({ id }) => id === seenId)?.label;
    return { id: seenId ?? 'the last frame of the camera', ...(label !== undefined && { label }) };
  }

  /**
   * Runs a study, and shows its result unless it was stopped.
   *
   * @param ask asks the worker; `start` tells this run from others, as in `studying` of the state
   */
  async run(
    study: StudyName,
    ask: (explorer: Remote<Explorer>, tell: OnProgress, start: number) => Promise<Partial<StudyResults> | null>,
  ): Promise<void> {
    let running: RunningState = { study, progress: null, start: performance.now() };
    const isCurrent = (): boolean => this.#app.state.studying?.start === running.start;
    const tell = proxy((progress: StudyProgress) => {
      if (!isCurrent()) return;
      running = { ...running, progress };
      this.#app.set({ studying: running });
    });
    this.#app.set({ studying: running, alert: null, status: 'The study has begun.' });
    await this.#app.attempt(async () => {
      try {
        const found = await this.#app.ask((explorer) => ask(explorer, tell, running.start));
        if (!isCurrent()) return;
        this.#app.set({ ...found, status: found ? 'The study is finished.' : 'The study was stopped.' });
      } finally {
        if (isCurrent()) this.#app.set({ studying: null });
      }
    });
    await this.#exploring.refreshMemory();
  }
}

type StudyResults = Pick<App['state'], 'occlusion' | 'invariance' | 'correspondence' | 'sanity' | 'ablation'>;
