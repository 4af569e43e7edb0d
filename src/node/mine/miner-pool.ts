import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { importPeer } from '../import-peer.js';
import { type ChunkMiner, WorkerLost } from './chunk-miner.js';
import type { ChunkTask, MinedChunk } from './mine-chunk.js';
import type { WorkerAnswer, WorkerStart } from './worker-protocol.js';

/** Chunks per worker: the one that it mines and the one that it mines next. */
const CHUNKS_PER_WORKER = 2;
/** After this many workers that ended without a task, one after the other, the run ends. */
const MAX_IDLE_DEATHS = 3;

/**
 * Starts worker threads that mine chunks, each with a backend and a network of its own, and waits until all are ready.
 *
 * @throws DeconvnetError the error of opening the network; `worker-failed` if a worker ends before it is ready. The
 * signal's reason, without waiting for the workers to load.
 */
export async function openPool(
  workers: number,
  start: WorkerStart,
  signal: AbortSignal | undefined,
): Promise<ChunkMiner> {
  // The main thread loads sharp first, so that its native library stays until all threads have ended.
  await importPeer('sharp', () => import('sharp'));
  const { default: Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: new URL('./mine-worker.js', import.meta.url).href,
    name: 'mineInWorker',
    minThreads: workers,
    maxThreads: workers,
    workerData: start,
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

  const ask = async (task: ChunkTask): Promise<MinedChunk> => {
    const answer: WorkerAnswer = await pool.run(task).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (broken !== undefined) throw failed(`Workers ended before they mined anything: ${String(broken)}`, broken);
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
  return { capacity: CHUNKS_PER_WORKER * workers, mine: ask, close };
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
