import { availableParallelism, freemem } from 'node:os';
import type { Deconvnet } from '../../deconvnet.js';

/** From this many multiply-adds on, work in several threads gains more time than it takes to open the network in each. */
const WORTH_WORKERS = 3e10;
/** What a worker needs beside the network: a JavaScript engine, a backend and what it computes. */
const WORKER_BYTES = 400e6;
/** A network takes its weights several times: as a file, in the backend, and prepared for the way down. */
const WEIGHTS_TIMES = 4;
/** The share of the free memory that workers may take. */
const MEMORY_SHARE = 0.7;

/**
 * How many worker threads to use if nobody has said it: one for each core, or fewer if memory is short; none if the work
 * is small.
 *
 * @param multiplyAdds the estimated cost of the work
 */
export function chooseWorkers({ model }: Deconvnet, multiplyAdds: number): number {
  if (multiplyAdds < WORTH_WORKERS) return 0;
  const weights = model.weights.reduce(
    (sum, { shape }) => sum + 4 * shape.reduce<number>((a, b) => a * (b ?? 1), 1),
    0,
  );
  const fitting = Math.floor((MEMORY_SHARE * freemem()) / (WORKER_BYTES + WEIGHTS_TIMES * weights));
  const workers = Math.min(availableParallelism(), fitting);
  return workers > 1 ? workers : 0;
}
