import { type Endpoint, expose } from 'comlink';

/** What answers in the place of a worker. */
export type Answers = Readonly<Record<string, (...questions: never[]) => unknown>>;

/** A class of workers whose messages go to an object on this side, one for each worker, until they are ended. */
export function fakeWorker(answersOf: () => Answers): typeof Worker {
  class FakeWorker {
    readonly #channel = new MessageChannel();

    constructor() {
      expose(answersOf(), this.#channel.port2 as unknown as Endpoint);
    }

    postMessage(message: unknown): void {
      this.#channel.port1.postMessage(message);
    }

    addEventListener(type: string, listener: EventListener): void {
      this.#channel.port1.addEventListener(type, listener);
    }

    removeEventListener(type: string, listener: EventListener): void {
      this.#channel.port1.removeEventListener(type, listener);
    }

    start(): void {
      this.#channel.port1.start();
    }

    terminate(): void {
      this.#channel.port1.close();
    }
  }
  return FakeWorker as unknown as typeof Worker;
}
