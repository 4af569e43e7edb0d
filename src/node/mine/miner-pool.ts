import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { importPeer } from '../import-peer.js';
import { type ChunkMiner, WorkerLost } from './chunk-miner.js';
import type { ChunkTask, MinedChunk } from './mine-chunk.js';
import type { WorkerAnswer, WorkerStart } from './worker-protocol.js';

/** Chunks on their way to one worker: the one it mines and the one it mines next. */
const AHEAD = 2;
/** So many workers that end without a task, one after the other, end the run. */
const IDLE_DEATHS = 3;

/**
 * Opens worker threads that mine chunks, each with a backend and a network of its own, and waits until all are ready.
 *
 * @throws DeconvnetError what opening the network gave cause for; `worker-failed` where a worker ends before it is open; the
 * signal's reason, without waiting for workers that load.
 */
export async function openPool(
  workers: number,
  start: WorkerStart,
  signal: AbortSignal | undefined,
): Promise<ChunkMiner> {
  // Loaded by the main thread first, its native library stays until all threads have ended.
  await importPeer('sharp', () => import('sharp'));
  const { default: Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: new URL('./mine-worker.js', import.meta.url).href,
    name: 'mineInWorker',
    minThreads: workers,
    maxThreads: workers,
    workerData: start,
    // A worker that waits in Atomics.wait runs no timers, and what fails in one of them is then not seen.
    atomics: 'disabled',
    recordTiming: false,
  });
  let closed = false;
  let idleDeaths = 0;
  let broken: unknown;
  // A worker that ends without a task is replaced, unless that happens again and again.
  pool.on('error', (error: unknown) => {
    idleDeaths++;
    if (closed || (idleDeaths < IDLE_DEATHS && pool.threads.length > 0)) return;
    broken = error;
    void pool.destroy();
  });

  const ask = async (task: ChunkTask): Promise<MinedChunk> => {
    const answer: WorkerAnswer = await pool.run(task).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (broken !== undefined) throw failed(`Workers end before they mine anything: ${String(broken)}`, broken);
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
  try {
    const open = Promise.all(Array.from({ length: workers }, () => ask({ files: [] })));
    await (signal ? Promise.race([open, abortionOf(signal)]) : open);
  } catch (error) {
    await close();
    if (!(error instanceof WorkerLost)) throw error;
    throw failed(`A worker ended while it opened the network ${start.model}: ${error.message}`, error);
  }
  return { capacity: AHEAD * workers, mine: ask, close };
}

/** Rejects with the signal's reason when it is aborted. */
function abortionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function failed(what: string, cause: unknown): DeconvnetError {
  const advice = 'Each worker holds a network of its own: take fewer where memory is short.';
  return new DeconvnetError('worker-failed', `${what}. ${advice}`, { cause });
}
