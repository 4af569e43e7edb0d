import { type Remote, wrap } from 'comlink';
import type { Explorer } from './worker/explorer';

/** Its worker is gone: nobody waits for the answer any more. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

/**
 * One network in a worker of its own. Another network, or another backend, is another session: the one before goes on
 * until it is there, and whatever a failed one has left behind goes with its worker.
 */
export class Session {
  readonly #worker = new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module' });
  readonly #explorer: Remote<Explorer> = wrap<Explorer>(this.#worker);
  readonly #over: Promise<never>;
  #fail: (reason: Error) => void = () => {};

  constructor() {
    this.#over = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#over.catch(() => {});
    this.#worker.addEventListener('error', ({ message }) => {
      this.#fail(new Error(`The part of the page that computes has stopped: ${message || 'it could not be started'}.`));
    });
  }

  /** Asks the worker; fails when the session ends before the answer is there. */
  ask<Answer>(question: (explorer: Remote<Explorer>) => Promise<Answer>): Promise<Answer> {
    return Promise.race([question(this.#explorer), this.#over]);
  }

  end(): void {
    this.#worker.terminate();
    this.#fail(new SessionEnded('This network has been closed.'));
  }
}
