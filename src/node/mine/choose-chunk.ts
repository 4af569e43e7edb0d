/** The most pictures per chunk. */
const MOST = 64;
/** The multiply-adds of a chunk: some seconds of work, so that progress is seen and little is lost when a run stops. */
const CHUNK_COST = 6e10;
/** The fewest chunks per worker, so that all of them finish at about the same time. */
const PER_WORKER = 4;

/**
 * How many pictures to mine at a time if nobody has said it: at most 64, fewer if a picture costs much, and few enough that
 * each worker gets several chunks.
 *
 * @param cost the estimated multiply-adds per picture; 0 if they are not known
 */
export function chooseChunk({
  pictures,
  workers,
  cost,
}: {
  readonly pictures: number;
  readonly workers: number;
  readonly cost: number;
}): number {
  const affordable = cost > 0 ? Math.round(CHUNK_COST / cost) : MOST;
  const fair = workers > 0 ? Math.ceil(pictures / (PER_WORKER * workers)) : MOST;
  return Math.max(1, Math.min(MOST, affordable, fair));
}
