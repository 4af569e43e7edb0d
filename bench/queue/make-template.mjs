import { readFile } from 'node:fs/promises';
import { mineImages } from 'deconvnet/node';

/** Mines pictures once, and returns the checkpoint: it is what a worker leaves of a part. */
export async function makeTemplate(path, options) {
  const { miner } = await mineImages({ ...options, workers: 0, checkpoint: { path, every: 3600 } });
  miner.deconvnet.dispose();
  miner.deconvnet.model.dispose();
  return await readFile(path);
}
