import { join } from 'node:path';
import type { ImageLookup, PatchMiner } from 'deconvnet';
import { WorkProgress } from '../../../src/mine/work-progress.js';
import { type KeptProjections, keepProjections } from '../../../src/node/projecting/keep-projections.js';
import { tempFolder } from '../temp-folder.js';

/** Projects all patches of a miner to a temporary folder. */
export async function kept(miner: PatchMiner, source?: ImageLookup): Promise<KeptProjections> {
  const folder = join(await tempFolder(), 'unfinished');
  const work = miner.pictureWork({});
  const progress = new WorkProgress(miner.deconvnet, work);
  return keepProjections(miner, { work, progress, folder, source, signal: undefined });
}
