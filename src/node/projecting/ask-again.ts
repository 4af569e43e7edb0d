import { type Threads, WorkerLost } from '../mine/threads.js';

/**
 * Lets a worker do a task. If the worker ends, it is replaced, and another one does the task. A task that makes that one
 * end too ends the run.
 *
 * @throws as `Threads.ask`
 */
export async function askAgain<Result extends object>(threads: Threads, name: string, task: object): Promise<Result> {
  try {
    return await threads.ask<Result>(name, task);
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error;
    return threads.ask<Result>(name, task);
  }
}

/** Worker threads, and how many. */
export interface Workers {
  readonly threads: Threads;
  readonly count: number;
}

/** Tasks per worker: the one that it does, and the one that it does next. */
export const TASKS_PER_WORKER = 2;
