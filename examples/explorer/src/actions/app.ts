import type { Remote } from 'comlink';
import { Session, SessionEnded } from '../session';
import type { State } from '../state';
import { Store } from '../store';
import type { Explorer } from '../worker/explorer';

/** What is asked of the worker. */
export type Question<Answer> = (explorer: Remote<Explorer>) => Promise<Answer>;

/** What all actions share: the state, and the worker that computes. */
export class App {
  readonly store: Store = new Store();
  #session: Session | null = null;

  get state(): State {
    return this.store.state;
  }

  set(change: Partial<State>): void {
    this.store.set(change);
  }

  ask<Answer>(question: Question<Answer>): Promise<Answer> {
    this.#session ??= new Session();
    return this.#session.ask(question);
  }

  /** From now on that session answers; the one before ends. */
  use(session: Session): void {
    this.#session?.end();
    this.#session = session;
  }

  /** Does something, and says what went wrong, unless it is that nobody waits for it any more. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof SessionEnded) return;
      this.set({ alert: error instanceof Error ? error.message : String(error), status: '' });
    }
  }
}
