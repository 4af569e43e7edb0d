/** The first bytes of a checkpoint. */
export const CHECKPOINT_MAGIC = 'DCNVCHKP';

/** The files that belong to a checkpoint, from its path. */
export function checkpointPaths(path: string): {
  readonly last: string;
  /** The file with the previous checkpoint. */
  readonly former: string;
  /** The name that a damaged checkpoint gets. */
  readonly damaged: string;
} {
  return { last: path, former: `${path}.prev`, damaged: `${path}.damaged` };
}
