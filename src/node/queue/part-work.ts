import { hostname } from 'node:os';
import type { Job } from 'bullmq';
import { isCount } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { JobLock } from './job-lock.js';
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
  #isBusy = false;
  #stopping = false;
  #refusal: string | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #reported = 0;

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#isBusy;
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
      throw new NotJoined(error.message, { forNow: true });
    });
    if (differences.length > 0) throw new NotJoined(differences.join('; '));
    this.#folder = new RunFolder(folder);
  }

  /** Why this machine cannot work on the parts of the run; undefined if it can. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Does a job of the queue. */
  run(job: Job<PartJob, PartReport>, token: string): Promise<PartReport> {
    const running = this.#run(job, token);
    this.#running = running.catch(() => undefined);
    return running;
  }

  /** Waits until no part is being worked on. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(job: Job<PartJob, PartReport>, token: string): Promise<PartReport> {
    const { server, lockDuration, worker, record } = this.#options;
    const folder = this.#folder!;
    const { part } = job.data;
    // It names files, and everybody who can write to the server can change it.
    if (!isCount(part, 1) || part > record.parts)
      throw new server.bullmq.UnrecoverableError(`The run has no part ${part}: its parts are 1 to ${record.parts}.`);
    // It was done, but the queue was not told.
    if (await folder.hasResult(part)) return { images: 0 };
    const lock = new JobLock(job, token, lockDuration, {
      onRenewed: (until) => this.#process?.lease(until),
      onLost: () => this.#process?.kill(),
    });
    this.#isBusy = true;
    this.#tell(part, 'begun');
    this.#report(job, { done: 0, total: 0 });
    try {
      const mined = await this.#compute(job, lock);
      if (!(await lock.renew())) throw new Error(LOST);
      if (mined) await folder.commit(part, mined.checkpoint);
      // The projections and sheets of a gallery are in its folder.
      else await folder.write(folder.resultOf(part), []);
      this.#tell(part, 'done');
      return { images: mined?.images ?? 0 };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isOfMachine(error)) this.#refusal = reason;
      if ((this.#stopping || this.#refusal !== undefined) && !lock.isLost) {
        await job.moveToWait(token);
        this.#tell(part, 'handed back', this.#refusal);
        throw new server.bullmq.WaitingError();
      }
      // If the lock has run out, nothing could be written any more, and that is the reason.
      if (await lock.renew()) this.#tell(part, 'failed', reason);
      else this.#tell(part, 'lost', LOST);
      // The message is all that the queue keeps of an error.
      throw new Error(`${reason} (worker ${worker})`, { cause: error });
    } finally {
      lock.release();
      this.#isBusy = false;
    }
  }

  /** Stops, and hands back the part that is being worked on. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    if (this.#isBusy) this.#process?.stop();
  }

  async close(): Promise<void> {
    await this.#process?.close();
  }

  /** Mines a part, or makes a part of a gallery. If a picture that is mined ends the process, it is found, and set aside. */
  async #compute(job: Job<PartJob, PartReport>, lock: JobLock): Promise<MinedPart | undefined> {
    const { worker, every, record } = this.#options;
    const { part, list } = job.data;
    const pictures = new SuspectPictures();
    for (;;) {
      if (!this.#process || this.#process.isGone) await this.open();
      if (lock.isLost || this.#stopping) throw new Error(LOST);
      this.#process!.lease(lock.until);
      const { suspects, condemned } = pictures;
      const task = { part, list, every, suspects, condemned, attempt: `${worker}-${job.attemptsStarted}` };
      const onProgress = (progress: PartProgress): void => this.#report(job, progress);
      try {
        if (record.job.kind === 'mine') return await this.#process!.ask('mine', task, onProgress);
        await this.#process!.ask('draw', { part }, onProgress);
        return undefined;
      } catch (error) {
        if (!(error instanceof ProcessLost) || lock.isLost || this.#stopping) throw error;
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

/** What is wrong with a machine and not with a part: it does not have the pictures or the shared folder, for example. */
const OF_MACHINE: readonly string[] = ['pictures-not-found', 'source-missing', 'path-refused', 'state-unreadable'];

function isOfMachine(error: unknown): boolean {
  if (!(error instanceof DeconvnetError)) return false;
  return OF_MACHINE.includes(error.code) || error.advice?.about === 'allow-host';
}
