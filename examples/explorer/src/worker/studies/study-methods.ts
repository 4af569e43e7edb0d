import type { Deconvnet, RuleName } from 'deconvnet';
import { type PictureBoxes, readBoxes } from 'deconvnet/studies';
import type { NamedFile } from '../../protocol';
import type { AblationRequest, AblationView } from '../../protocol-ablation';
import type { EvolutionRequest, FoundCheckpoints, OnStep } from '../../protocol-evolution';
import type { OnSanityNews, SanityRequest } from '../../protocol-sanity';
import type {
  CorrespondenceRequest,
  CorrespondenceView,
  InvarianceRequest,
  InvarianceView,
  OcclusionRequest,
  OcclusionView,
  OnProgress,
} from '../../protocol-studies';
import type { SeenPicture } from '../see-picture';
import { ablate } from './ablate';
import { checkSanity } from './check-sanity';
import { compareParts } from './compare-parts';
import { cover } from './cover';
import { follow } from './follow';
import { move } from './move';
import { readCheckpoints } from './read-checkpoints';
import { RunningStudy } from './running-study';

/** What the page can ask for studies. They take a while. Each stops the one before; its result is null if it is stopped itself. */
export abstract class StudyMethods {
  readonly #study = new RunningStudy();

  occlusion(request: OcclusionRequest, onProgress: OnProgress): Promise<OcclusionView | null> {
    return this.#study.run(
      (studying) => this.withPicture((deconvnet, seen) => cover(deconvnet, seen, request, studying(deconvnet))),
      onProgress,
    );
  }

  invariance(request: InvarianceRequest, onProgress: OnProgress): Promise<InvarianceView | null> {
    return this.#study.run(
      (studying) => this.withPicture((deconvnet, seen) => move(deconvnet, seen, request, studying(deconvnet))),
      onProgress,
    );
  }

  correspondence(request: CorrespondenceRequest, onProgress: OnProgress): Promise<CorrespondenceView | null> {
    this.interrupt();
    return this.#study.run(
      (studying) => this.use((deconvnet) => compareParts(deconvnet, request, studying(deconvnet))),
      onProgress,
    );
  }

  /** Tells each result when it is there. What it returns is whether all of them are. */
  sanity(request: SanityRequest, onProgress: OnProgress, tell: OnSanityNews): Promise<boolean | null> {
    return this.#study.run(
      (studying) =>
        this.withPicture((deconvnet, seen) => checkSanity(deconvnet, seen, request, studying(deconvnet), tell)),
      onProgress,
    );
  }

  ablation(request: AblationRequest, onProgress: OnProgress): Promise<AblationView | null> {
    this.interrupt();
    return this.#study.run(
      (studying) => this.use((deconvnet) => ablate(deconvnet, request, studying(deconvnet))),
      onProgress,
    );
  }

  /** Resolves to true at the end. What is found at a checkpoint is told when it is there. */
  evolution(request: EvolutionRequest, onStep: OnStep, onProgress: OnProgress): Promise<true | null> {
    this.interrupt();
    const { rule } = this;
    return this.#study.run(
      (studying) => this.use((deconvnet) => follow({ deconvnet, rule }, request, onStep, studying(deconvnet))),
      onProgress,
    );
  }

  /** Finds checkpoints of the open network among files. */
  readCheckpoints(files: readonly NamedFile[]): Promise<FoundCheckpoints> {
    return this.use((deconvnet) => readCheckpoints(deconvnet, files));
  }

  stopStudy(): void {
    this.#study.stop();
  }

  /** Reads a file of boxes, and checks it. */
  readBoxes(text: string): PictureBoxes {
    return readBoxes(text);
  }

  /** The rule of the network that is open. */
  protected abstract get rule(): RuleName;

  /** Stops what can wait. */
  protected abstract interrupt(): AbortController;

  /** Works with the network that is open. */
  protected abstract use<Result>(work: (deconvnet: Deconvnet) => Promise<Result>): Promise<Result>;

  /** Works with the network, and with the picture that it looks at. */
  protected abstract withPicture<Result>(
    work: (deconvnet: Deconvnet, seen: SeenPicture) => Promise<Result>,
  ): Promise<Result>;
}
