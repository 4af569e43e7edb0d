import { env } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { importPeer } from '../import-peer.js';
import type { WorkerAnswer, WorkerStart } from './worker-protocol.js';

/** A worker ended before its task was done: it exited, ran out of memory, or failed in an unexpected way. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

/** Worker threads, each with a backend and a network of its own. */
export interface Threads {
  /**
   * Lets a worker do a task: it calls a function of the file that workers run.
   *
   * @throws DeconvnetError the error that the task caused
   * @throws WorkerLost if the worker ended before the task was done
   */
  ask<Result extends object>(name: string, task: object): Promise<Result>;
  /** Stops all work that is still running. */
  close(): Promise<void>;
}

/** After this many workers that ended without a task, one after the other, the run ends. */
const MAX_IDLE_DEATHS = 3;

/**
 * Starts worker threads, and waits until each of them has opened the network.
 *
 * @param options `network`: with false, the threads open the network when a task needs it, and nobody waits for that
 * @throws DeconvnetError the error of opening the network; `worker-failed` if a worker ends before it is ready. The
 * signal's reason, without waiting for the workers to load.
 */
export async function openThreads(
  workers: number,
  start: Omit<WorkerStart, 'quiet'>,
  signal: AbortSignal | undefined,
  { network = true }: { readonly network?: boolean } = {},
): Promise<Threads> {
  // The main thread loads sharp first, so that its native library stays until all threads have ended.
  await importPeer('sharp', () => import('sharp'));
  const { default: Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: new URL('./worker-thread.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData: { ...start, quiet: env().getBool('PROD') } satisfies WorkerStart,
    // A worker that waits in Atomics.wait does not run timers, so an error in a timer would not be seen.
    atomics: 'disabled',
    recordTiming: false,
  });
  let closed = false;
  let idleDeaths = 0;
  let broken: unknown;
  // A worker that ends without a task is replaced, unless this happens repeatedly.
  pool.on('error', (error: unknown) => {
    idleDeaths++;
    if (closed || (idleDeaths < MAX_IDLE_DEATHS && pool.threads.length > 0)) return;
    broken = error;
    void pool.destroy();
  });

  const ask = async <Result extends object>(name: string, task: object): Promise<Result> => {
    const answer: WorkerAnswer<Result> = await pool.run(task, { name }).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (broken !== undefined) throw failed(`Workers ended before they did anything: ${String(broken)}`, broken);
      throw closed ? cause : new WorkerLost(why, { cause });
    });
    idleDeaths = 0;
    if (!('failure' in answer)) return answer;
    const { code, what, layer, advice } = answer.failure;
    throw new DeconvnetError(code, what, { ...(layer !== undefined && { layer }), advice });
  };
  const close = async (): Promise<void> => {
    closed = true;
    await pool.destroy();
  };
  if (!network) return { ask, close };
  try {
    const open = Promise.all(Array.from({ length: workers }, () => ask('openInWorker', {})));
    await (signal ? Promise.race([open, abortionOf(signal)]) : open);
  } catch (error) {
    await close();
    if (!(error instanceof WorkerLost)) throw error;
    throw failed(`A worker ended while it opened the network ${start.model}: ${error.message}`, error);
  }
  return { ask, close };
}

/** Rejects with the signal's reason when it is aborted. */
function abortionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function failed(what: string, cause: unknown): DeconvnetError {
  const advice = 'Each worker has a network of its own, so use fewer workers if memory is short.';
  return new DeconvnetError('worker-failed', `${what}. ${advice}`, { cause });
}
