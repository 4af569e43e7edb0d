import type { Queue } from 'bullmq';
import type { ReportedProgress } from './part-work.js';
import type { PartJob, PartReport } from './run-queues.js';
import type { RunRecord } from './run-record.js';

/** The progress of a run over all machines. */
export interface QueueProgress {
  /** `parts` while the parts are worked on, and `end` while their results are put together. */
  readonly stage: 'parts' | 'end';
  /** Pictures done. Those of parts that are being worked on are counted as far as their workers have reported them. */
  readonly done: number;
  /** Pictures in all. */
  readonly total: number;
  readonly parts: number;
  readonly partsDone: number;
  /** Parts that failed at least once, and will be tried again. */
  readonly partsFailed: number;
  /** Workers that work on a part. */
  readonly workers: number;
  /** The number of their machines. */
  readonly machines: number;
  /** Pictures per second over the last minute. */
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
  readonly #before: number;
  #seen: { readonly at: number; readonly done: number }[] = [];

  /** @param before the number of parts that were done before the flow was put on the queue */
  constructor(queue: Queue<PartJob, PartReport>, record: RunRecord, before: number) {
    this.#queue = queue;
    this.#record = record;
    this.#before = before;
  }

  async measure(): Promise<QueueProgress> {
    const { pictures: total, parts } = this.#record;
    const counts = await this.#queue.getJobCounts('completed', 'delayed');
    const active = await this.#queue.getActive();
    const reports = active.map(({ progress }) => progress as Partial<ReportedProgress>);
    const partsDone = this.#before + (counts.completed ?? 0);
    // All parts have the same number of pictures, give or take one.
    const inParts = reports.reduce((sum, { done = 0 }) => sum + done, 0);
    const done = Math.min(total, Math.round((partsDone * total) / parts) + inParts);
    const now = Date.now();
    this.#seen.push({ at: now, done });
    const recent = this.#seen.findIndex(({ at }) => at >= now - WINDOW);
    // The first measurement before the window begins it.
    this.#seen = this.#seen.slice(Math.max(0, recent - 1));
    const [first] = this.#seen as [{ at: number; done: number }];
    const rate = Math.max(0, (done - first.done) / Math.max(0.001, (now - first.at) / 1000));
    const names = (name: 'worker' | 'machine'): number => new Set(reports.flatMap((one) => one[name] ?? [])).size;
    return {
      ...{ stage: partsDone === parts ? 'end' : 'parts', done, total, parts, partsDone },
      ...{ partsFailed: counts.delayed ?? 0, workers: names('worker'), machines: names('machine'), rate },
      secondsLeft: done === total ? 0 : rate > 0 ? (total - done) / rate : Number.POSITIVE_INFINITY,
    };
  }
}
