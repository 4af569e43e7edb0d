import type { Deconvnet } from '../../deconvnet.js';
import { type ChunkSettings, type ChunkTask, type MinedChunk, mineChunk } from './mine-chunk.js';

/** Who mines chunks: this process, or a pool of workers. */
export interface ChunkMiner {
  /** How many chunks it takes at a time: enough that nobody waits for the next one. */
  readonly capacity: number;
  /**
   * @throws DeconvnetError what the pictures, or the network, gave cause for
   * @throws WorkerLost where the worker is gone with the chunk
   */
  mine(task: ChunkTask): Promise<MinedChunk>;
  /** Ends what is still running. */
  close(): Promise<void>;
}

/** A worker has ended with a chunk unmined: it exited, ran out of memory, or failed in a way that is not foreseen. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
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
    // The network must not be freed under it.
    close: async () => void (await running),
  };
}
