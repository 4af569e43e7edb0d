import { join } from 'node:path';
import type { ImageLookup, PatchMiner } from 'deconvnet';
import { type KeptProjections, keepProjections } from '../../../src/node/projecting/keep-projections.js';
import { tempFolder } from '../temp-folder.js';

/** Projects all patches of a miner to a temporary folder. */
export async function kept(miner: PatchMiner, source?: ImageLookup): Promise<KeptProjections> {
  const folder = join(await tempFolder(), 'unfinished');
  return keepProjections(miner, { work: miner.pictureWork({}), folder, source, signal: undefined });
}
