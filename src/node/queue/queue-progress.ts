import type { Queue } from 'bullmq';
import type { ReportedProgress } from './part-work.js';
import type { RunFolder } from './run-folder.js';
import type { PartJob, PartReport } from './run-queues.js';
import type { RunRecord } from './run-record.js';

/** The progress of a run over all machines. */
export interface QueueProgress {
  /** `parts` while the parts are worked on, and `end` while their results are put together. */
  readonly stage: 'parts' | 'end';
  /**
   * Pictures done; of a gallery, pictures projected and sheets drawn. Those of parts that are being worked on count as far as
   * their workers have reported them.
   */
  readonly done: number;
  /** Pictures in all; of a gallery, pictures and sheets. */
  readonly total: number;
  readonly parts: number;
  readonly partsDone: number;
  /** Parts that failed, and will be tried again. */
  readonly partsFailed: number;
  /** Workers that work on a part. */
  readonly workers: number;
  /** The number of their machines. */
  readonly machines: number;
  /** What was done per second over the last minute. */
  readonly rate: number;
  /** Seconds that remain at this rate; Infinity while nothing is known. */
  readonly secondsLeft: number;
}

/** The time over which the rate is measured, in milliseconds. */
const WINDOW = 60_000;

/** Measures the progress of a run. */
export class ProgressMeter {
  readonly #queue: Queue<PartJob, PartReport>;
  readonly #record: RunRecord;
  readonly #folder: RunFolder;
  /** Parts whose results were there before the run was put on the queue. */
  #before: number | undefined;
  #seen: { readonly at: number; readonly done: number }[] = [];

  constructor(queue: Queue<PartJob, PartReport>, record: RunRecord, folder: RunFolder) {
    this.#queue = queue;
    this.#record = record;
    this.#folder = folder;
  }

  async measure(): Promise<QueueProgress> {
    const { items: total, parts } = this.#record;
    const counts = await this.#queue.getJobCounts('completed', 'delayed');
    const completed = counts.completed ?? 0;
    this.#before ??= Math.max(0, (await this.#folder.results()).size - completed);
    const active = await this.#queue.getActive();
    const reports = active.map(({ progress }) => progress as Partial<ReportedProgress>);
    const partsDone = Math.min(parts, this.#before + completed);
    // All parts have about the same number of items.
    const inParts = reports.reduce((sum, { done = 0, total: of = 0 }) => sum + (of > 0 ? done / of : 0), 0);
    const done = Math.min(total, Math.round(((partsDone + inParts) * total) / parts));
    const now = Date.now();
    this.#seen.push({ at: now, done });
    const recent = this.#seen.findIndex(({ at }) => at >= now - WINDOW);
    // The last measurement before the window begins it.
    this.#seen = this.#seen.slice(Math.max(0, recent - 1));
    const first = this.#seen[0]!;
    const rate = Math.max(0, (done - first.done) / Math.max(0.001, (now - first.at) / 1000));
    const names = (name: 'worker' | 'machine'): number => new Set(reports.flatMap((one) => one[name] ?? [])).size;
    return {
      ...{ stage: partsDone === parts ? 'end' : 'parts', done, total, parts, partsDone },
      ...{ partsFailed: counts.delayed ?? 0, workers: names('worker'), machines: names('machine'), rate },
      secondsLeft: done === total ? 0 : rate > 0 ? (total - done) / rate : Number.POSITIVE_INFINITY,
    };
  }
}
