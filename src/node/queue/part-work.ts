import { hostname } from 'node:os';
import type { Job } from 'bullmq';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type JoinOptions, NotJoined, type PartEvent } from './join-options.js';
import type { MinedPart, PartProgress } from './process-protocol.js';
import { RunFolder } from './run-folder.js';
import type { PartJob, PartReport } from './run-queues.js';
import { SuspectPictures } from './suspect-pictures.js';
import { ProcessLost, TaskProcess } from './task-process.js';

/** The least time between two reports of progress, in milliseconds. */
const REPORT_EVERY = 1000;

/** What a job reports while it is being worked on. */
export interface ReportedProgress extends PartProgress {
  /** The name of the worker. */
  readonly worker: string;
  /** The name of its machine. */
  readonly machine: string;
}

/** Works on the parts of one run, one at a time, in a process of its own. */
export class PartWork {
  readonly #options: JoinOptions;
  #process: TaskProcess | undefined;
  #folder: RunFolder | undefined;
  /** The id of the job that is being worked on. */
  #job: string | undefined;
  #lost = false;
  #stopping = false;
  #reported = 0;

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#job !== undefined;
  }

  /**
   * Opens the network of the run.
   *
   * @throws NotJoined if this machine does not match the run.
   */
  async open(): Promise<void> {
    const { record, place } = this.#options;
    const process = new TaskProcess();
    this.#process = process;
    const { differences, folder } = await process.ask('open', { record, place }).catch((error: Error) => {
      throw new NotJoined(error.message);
    });
    if (differences.length > 0) throw new NotJoined(differences.join('; '));
    this.#folder = new RunFolder(folder);
  }

  /** Does a job of the queue. */
  async run(job: Job<PartJob, PartReport>, token: string): Promise<PartReport> {
    const { server, lockDuration, worker } = this.#options;
    const folder = this.#folder!;
    const { part } = job.data;
    // It was done, but the queue was not told.
    if (await folder.hasResult(part)) return { images: 0 };
    this.#job = job.id;
    this.#lost = false;
    this.#tell(part, 'begun');
    this.#report(job, { done: 0, total: 0 });
    try {
      const mined = await this.#compute(job);
      if (this.#lost || (await job.extendLock(token, lockDuration)) === 0) throw new Error(LOST);
      if (mined) await folder.commit(part, mined.checkpoint);
      // The projections and sheets of a gallery are in its folder.
      else await folder.write(folder.resultOf(part), []);
      this.#tell(part, 'done');
      return { images: mined?.images ?? 0 };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#lost) this.#tell(part, 'lost', LOST);
      else if (this.#stopping) {
        this.#tell(part, 'handed back');
        await job.moveToWait(token);
        throw new server.bullmq.WaitingError();
      } else this.#tell(part, 'failed', reason);
      // The message is all that the queue keeps of an error.
      throw new Error(`${reason} (worker ${worker})`, { cause: error });
    } finally {
      this.#job = undefined;
    }
  }

  /** The lock was renewed. */
  renewed(): void {
    this.#process?.lease(Date.now() + this.#options.lockDuration);
  }

  /** The locks of some jobs could not be renewed, because other workers have them. This worker writes nothing more. */
  lost(jobs: readonly string[]): void {
    if (this.#job === undefined || !jobs.includes(this.#job)) return;
    this.#lost = true;
    this.#process?.kill();
  }

  /** Stops, and hands back the part that is being worked on. */
  stop(): void {
    this.#stopping = true;
    if (this.isBusy) this.#process?.stop();
  }

  async close(): Promise<void> {
    await this.#process?.close();
  }

  /** Mines a part, or makes a part of a gallery. If a picture that is mined ends the process, it is found, and set aside. */
  async #compute(job: Job<PartJob, PartReport>): Promise<MinedPart | undefined> {
    const { worker, every, record } = this.#options;
    const { part, list } = job.data;
    const pictures = new SuspectPictures();
    for (;;) {
      if (!this.#process || this.#process.isGone) await this.open();
      this.renewed();
      const { suspects, condemned } = pictures;
      const task = { part, list, every, suspects, condemned, attempt: `${worker}-${job.attemptsStarted}` };
      const onProgress = (progress: PartProgress): void => this.#report(job, progress);
      try {
        if (record.job.kind === 'mine') return await this.#process!.ask('mine', task, onProgress);
        await this.#process!.ask('draw', { part }, onProgress);
        return undefined;
      } catch (error) {
        if (!(error instanceof ProcessLost) || this.#lost || this.#stopping) throw error;
        this.#tell(part, 'restarted', error.message);
        if (!pictures.ended(error)) {
          throw new DeconvnetError('worker-failed', `Its process ended repeatedly: ${error.message}.`, {
            cause: error,
          });
        }
      }
    }
  }

  /** Tells the queue how far the part is. Nobody waits for it, since the server may be away. */
  #report(job: Job<PartJob, PartReport>, progress: PartProgress): void {
    const now = Date.now();
    if (now - this.#reported < REPORT_EVERY && progress.done !== progress.total) return;
    this.#reported = now;
    const report: ReportedProgress = { ...progress, worker: this.#options.worker, machine: hostname() };
    job.updateProgress(report).catch(() => undefined);
  }

  #tell(part: number, what: PartEvent['what'], reason?: string): void {
    const { record, onPart } = this.#options;
    onPart({ run: record.id, part, parts: record.parts, what, ...(reason !== undefined && { reason }) });
  }
}

const LOST = 'The lock of the part was lost, so another worker has the part.';
