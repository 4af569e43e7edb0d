/** The first bytes of a checkpoint. */
export const CHECKPOINT_MAGIC = 'DCNVCHKP';

/** The files of a run's checkpoint, by the path that names it. */
export function checkpointPaths(path: string): {
  readonly last: string;
  /** The one before. */
  readonly former: string;
  /** What a damaged one is renamed to. */
  readonly damaged: string;
} {
  return { last: path, former: `${path}.prev`, damaged: `${path}.damaged` };
}
