import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { FromProcess, PartProgress, ProcessTasks, ToProcess } from './process-protocol.js';

/** The process ended before its task was done. */
export class ProcessLost extends Error {
  override readonly name = 'ProcessLost';
  /** The chunks that were being mined. */
  readonly chunks: readonly (readonly string[])[];

  constructor(message: string, chunks: readonly (readonly string[])[]) {
    super(message);
    this.chunks = chunks;
  }
}

/** The task was stopped, and what was done is saved. */
export class TaskStopped extends Error {
  override readonly name = 'TaskStopped';
}

/** How long a process may take to save what it has done before it is killed, in milliseconds. */
const STOPPING = 20_000;

/**
 * A process in which a worker of a queue computes. The worker itself never computes, so that it always renews its lock; and
 * it survives if a picture ends the process.
 */
export class TaskProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #chunks = new Set<readonly string[]>();
  #settle: { readonly answer: (answer: object) => void; readonly fail: (error: unknown) => void } | undefined;
  #onProgress: (progress: PartProgress) => void = () => undefined;

  constructor() {
    const file = fileURLToPath(new URL('./queue-process.js', import.meta.url));
    this.#child = fork(file, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => this.#heard(message as FromProcess));
    // Writing to a process that has ended fails; that it has ended is told below.
    this.#child.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
      // A process that could not be started does not exit.
      this.#child.once('error', (error) => {
        if (this.#child.pid === undefined) resolve(error.message);
      });
    });
    void this.#ended.then((how) => {
      this.#settle?.fail(new ProcessLost(`its process ended with ${how}`, [...this.#chunks]));
      this.#settle = undefined;
    });
  }

  /** Whether it has ended, or is about to. */
  get isGone(): boolean {
    return (
      this.#child.pid === undefined ||
      this.#child.exitCode !== null ||
      this.#child.signalCode !== null ||
      this.#child.killed
    );
  }

  /**
   * Lets the process do a task. It does one at a time.
   *
   * @throws DeconvnetError the error that the task caused
   * @throws ProcessLost if the process ended
   * @throws TaskStopped if `stop` was called
   */
  ask<Name extends keyof ProcessTasks>(
    ask: Name,
    task: ProcessTasks[Name]['task'],
    onProgress: (progress: PartProgress) => void = () => undefined,
  ): Promise<ProcessTasks[Name]['answer']> {
    this.#chunks.clear();
    this.#onProgress = onProgress;
    return new Promise((resolve, reject) => {
      if (this.isGone) {
        reject(new ProcessLost('its process has ended', []));
        return;
      }
      this.#settle = { answer: (answer) => resolve(answer as ProcessTasks[Name]['answer']), fail: reject };
      this.#send({ ask, task } as ToProcess);
    });
  }

  /** Until when the process may write, in milliseconds since 1970. */
  lease(until: number): void {
    this.#send({ lease: until });
  }

  /** Asks the process to save what it has done and to stop. If it does not, it is killed. */
  stop(): void {
    this.#send({ stop: true });
    const timer = setTimeout(() => this.kill(), STOPPING);
    void this.#ended.then(() => clearTimeout(timer));
    timer.unref();
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends the process, and waits until it has ended. */
  async close(): Promise<void> {
    this.kill();
    await this.#ended;
  }

  #send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #heard(message: FromProcess): void {
    if ('begin' in message) this.#begin(message.begin);
    else if ('end' in message) this.#end(message.end);
    else if ('progress' in message) this.#onProgress(message.progress);
    else {
      const settle = this.#settle;
      this.#settle = undefined;
      if ('answer' in message) settle?.answer(message.answer);
      else settle?.fail(errorOf(message));
    }
  }

  #begin(ids: readonly string[]): void {
    this.#chunks.add(ids);
  }

  #end(ids: readonly string[]): void {
    for (const chunk of this.#chunks) if (chunk[0] === ids[0]) this.#chunks.delete(chunk);
  }
}

function errorOf(
  message: Exclude<FromProcess, { answer: object } | { begin: unknown } | { end: unknown } | { progress: unknown }>,
): Error {
  if ('stopped' in message) return new TaskStopped('The task was stopped.');
  if ('bug' in message) return new Error(message.bug);
  const { code, what, layer, advice } = message.failure;
  return new DeconvnetError(code, what, { ...(layer !== undefined && { layer }), advice });
}
