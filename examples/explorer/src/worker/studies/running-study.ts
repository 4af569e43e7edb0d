import type { Deconvnet } from 'deconvnet';
import type { OnProgress } from '../../protocol-studies';
import { batchSizeOf } from '../batch-size';

/** What every study of the library takes. */
export interface Studying {
  readonly batchSize: number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** The study that runs: one at a time. */
export class RunningStudy {
  #control = new AbortController();

  /** Stops the one before, and runs a study. The result is null if it was stopped. */
  async run<Result>(
    study: (studying: (deconvnet: Deconvnet) => Studying) => Promise<Result>,
    onProgress: OnProgress,
  ): Promise<Result | null> {
    this.stop();
    this.#control = new AbortController();
    const { signal } = this.#control;
    try {
      return await study((deconvnet) => ({ batchSize: batchSizeOf(deconvnet), onProgress, signal }));
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  stop(): void {
    this.#control.abort();
  }
}
