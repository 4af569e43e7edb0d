import type { MiningRun } from './mining-run.js';

/** The progress of a run. */
export interface MiningProgress {
  /** Pictures mined, including those in the checkpoint from which the run resumed. */
  readonly images: number;
  /** Pictures done: mined, skipped or set aside. */
  readonly done: number;
  /** Pictures in all. */
  readonly total: number;
  /** Pictures that cannot be read. */
  readonly skipped: number;
  /** Pictures that made the network overflow, or made workers end. */
  readonly setAside: number;
  /** Pictures per second in this run. */
  readonly rate: number;
  /** Seconds that remain at this rate; Infinity before the first chunk. */
  readonly secondsLeft: number;
}

/** Makes a function that returns the progress of a run. The time counts from now on. */
export function progressOf(run: MiningRun, total: number, images: () => number): () => MiningProgress {
  const started = performance.now();
  const before = run.work.done;
  return () => {
    const { done } = run.work;
    const rate = (done - before) / Math.max(0.001, (performance.now() - started) / 1000);
    return {
      images: images(),
      ...{ done, total, rate },
      skipped: run.skipped.length,
      setAside: run.setAside.length,
      secondsLeft: done === total ? 0 : (total - done) / rate,
    };
  };
}
