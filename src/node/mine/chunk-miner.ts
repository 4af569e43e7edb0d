import type { Deconvnet } from '../../deconvnet.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { type ChunkSettings, type ChunkTask, type LeftOut, type MinedChunk, mineChunk } from './mine-chunk.js';
import type { Threads } from './threads.js';

/** The result of a chunk as a worker sends it. */
export interface SavedChunk {
  /** What was found, as `PatchMiner.save` writes it. */
  readonly state: Uint8Array<ArrayBuffer>;
  /** Pictures that cannot be read. */
  readonly skipped: readonly LeftOut[];
}

/** Mines chunks, in this thread or in a pool of workers. */
export interface ChunkMiner {
  /** How many chunks it takes at a time. This number is large enough that no worker waits for its next chunk. */
  readonly capacity: number;
  /**
   * @throws DeconvnetError an error that the pictures or the network caused
   * @throws WorkerLost if the worker ended before the chunk was mined
   */
  mine(task: ChunkTask): Promise<MinedChunk>;
  /** Stops all work that is still running. */
  close(): Promise<void>;
}

/** Chunks per worker: the one that it mines and the one that it mines next. */
const CHUNKS_PER_WORKER = 2;

/** Mines chunks in worker threads, for a miner of the same network in this thread. */
export function threadMiner(threads: Threads, deconvnet: Deconvnet, workers: number): ChunkMiner {
  return {
    capacity: CHUNKS_PER_WORKER * workers,
    async mine(task) {
      const { state, skipped } = await threads.ask<SavedChunk>('mineInWorker', task);
      return { miner: PatchMiner.load(deconvnet, state), skipped };
    },
    close: () => threads.close(),
  };
}

/** Mines chunks in this thread, one at a time. */
export function localMiner(deconvnet: Deconvnet, settings: ChunkSettings, signal: AbortSignal | undefined): ChunkMiner {
  let running: Promise<unknown> = Promise.resolve();
  return {
    capacity: 1,
    mine(task) {
      const chunk = mineChunk(deconvnet, task, settings, signal);
      running = chunk.catch(() => undefined);
      return chunk;
    },
    // The network must not be disposed while a chunk is being mined.
    close: async () => void (await running),
  };
}
