import type { MiningRun } from './mining-run.js';

/** How far a run is. */
export interface MiningProgress {
  /** Pictures mined, in former runs too. */
  readonly images: number;
  /** Pictures gone through: mined, skipped or set aside. */
  readonly done: number;
  /** Pictures in the listing. */
  readonly total: number;
  /** Pictures that cannot be read. */
  readonly skipped: number;
  /** Pictures that failed the network or ended workers. */
  readonly setAside: number;
  /** Pictures a second, in this run. */
  readonly rate: number;
  /** At that rate; Infinity before the first chunk. */
  readonly secondsLeft: number;
}

/** Makes a function that says how far a run is; the clock starts now. */
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
