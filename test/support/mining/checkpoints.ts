import { join } from 'node:path';
import type { MinedImages, MineImagesOptions } from 'deconvnet/node';
import { expect } from 'vitest';
import { type DataSet, mine } from './mining.js';

/** A checkpoint after each chunk. */
export const at = ({ folder }: DataSet): { path: string; every: number } => ({
  path: join(folder, 'run.checkpoint'),
  every: 0,
});

/** Mines until some pictures are done, and is stopped there. */
export async function stopped(set: DataSet, pictures: number, options: Partial<MineImagesOptions> = {}): Promise<void> {
  const stop = new AbortController();
  const run = mine(set, {
    checkpoint: at(set),
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done >= pictures) stop.abort(new Error('enough'));
    },
    ...(options as object),
  });
  await expect(run).rejects.toThrow('enough');
}

/** Goes on with it. */
export const resumed = (set: DataSet, options: object = {}): Promise<MinedImages> =>
  mine(set, { checkpoint: at(set), resume: true, ...options });
