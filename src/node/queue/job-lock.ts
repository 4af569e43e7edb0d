import type { Job } from 'bullmq';

/** How often a lock is renewed while it lasts. */
const RENEWALS = 4;

/** Who is told of a lock. */
export interface LockListener {
  /** The lock lasts until then, in milliseconds since 1970. */
  readonly onRenewed?: (until: number) => void;
  /** The lock has run out, and another worker may have the job. */
  readonly onLost: () => void;
}

/** The lock of a job that is being worked on. It is renewed until it is released, or lost. */
export class JobLock {
  readonly #job: Job;
  readonly #token: string;
  readonly #duration: number;
  readonly #listener: LockListener;
  #until: number;
  #over = false;
  #isLost = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(job: Job, token: string, duration: number, listener: LockListener) {
    this.#job = job;
    this.#token = token;
    this.#duration = duration;
    this.#listener = listener;
    // The job was asked for at this time.
    this.#until = (job.processedOn ?? 0) + duration;
    this.#wait();
  }

  /** Until when it lasts, in milliseconds since 1970. */
  get until(): number {
    return this.#until;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Renews the lock. If the server is away, this waits until it is back.
   *
   * @returns whether this worker still has it
   */
  async renew(): Promise<boolean> {
    if (this.#isLost) return false;
    // The answer may come late, or this process may be stopped before it reads it. So the time counts from the question.
    const until = Date.now() + this.#duration;
    const answer = await this.#job.extendLock(this.#token, this.#duration).catch(() => undefined);
    if (answer === 0) this.#lose();
    else if (answer !== undefined) {
      this.#until = Math.max(this.#until, until);
      this.#listener.onRenewed?.(this.#until);
    }
    return !this.#isLost && Date.now() < this.#until;
  }

  /** Renews it no more. */
  release(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.release();
    this.#listener.onLost();
  }

  #wait(): void {
    if (this.#over) return;
    this.#timer = setTimeout(() => void this.renew().then(() => this.#wait()), this.#duration / RENEWALS);
  }
}
