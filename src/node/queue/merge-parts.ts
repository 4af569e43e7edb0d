import { readFile, rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { type Checkpoint, checkpointBytes, readCheckpointBytes } from '../mine/checkpoint-bytes.js';
import type { ChunkMinerOptions, LeftOut } from '../mine/mine-chunk.js';
import type { MinedImages } from '../mine/mine-images.js';
import { identityDifferences, type RunIdentity } from '../mine/run-identity.js';
import type { RunFolder } from './run-folder.js';

/** What the results of parts are merged into. */
export interface MergeOptions {
  readonly deconvnet: Deconvnet;
  readonly settings: ChunkMinerOptions;
  readonly folder: RunFolder;
  /** What each result must say of the run; its listing is that of the part alone. */
  readonly identity: RunIdentity;
  readonly signal: AbortSignal;
}

/**
 * Merges the results of all parts, one after the other, and writes the merged state into the folder of the run. The memory
 * does not depend on the number of parts.
 *
 * @throws DeconvnetError `part-failed` if a result is missing or damaged. It is removed then, so that it is made again.
 */
export async function mergeParts(
  parts: number,
  { deconvnet, settings, folder, identity, signal }: MergeOptions,
): Promise<void> {
  const miner = new PatchMiner(deconvnet, settings);
  const skipped: LeftOut[] = [];
  const setAside: LeftOut[] = [];
  const wrong: string[] = [];
  for (let part = 1; part <= parts; part++) {
    const result = await readResult(folder.resultOf(part), identity);
    if ('fault' in result) {
      wrong.push(`part ${part}: ${result.fault}`);
      await rm(folder.resultOf(part), { force: true });
      continue;
    }
    miner.merge(PatchMiner.load(deconvnet, result.state));
    skipped.push(...result.skipped);
    setAside.push(...result.setAside);
    // The lock of this job is renewed between two results.
    await turn();
    signal.throwIfAborted();
  }
  if (wrong.length > 0) throw new DeconvnetError('part-failed', `Results cannot be merged. ${wrong.join('; ')}`);
  const merged: Checkpoint = {
    run: identity,
    left: { cursor: miner.images, pending: [] },
    ...{ skipped: byId(skipped), setAside: byId(setAside), state: miner.save() },
  };
  await folder.write(folder.merged, checkpointBytes(merged));
}

/** Reads what `mergeParts` has written. */
export async function readMerged(folder: RunFolder, deconvnet: Deconvnet): Promise<MinedImages> {
  const result = await readResult(folder.merged, {});
  if ('fault' in result) {
    throw new DeconvnetError(
      'state-unreadable',
      `The merged state ${folder.merged} cannot be read: ${result.fault}. Start the run again with the same pictures and options.`,
    );
  }
  const miner = PatchMiner.load(deconvnet, result.state);
  const { skipped, setAside } = result;
  return { miner, report: { images: miner.images, skipped, setAside, resumed: 0 } };
}

async function readResult(path: string, identity: RunIdentity): Promise<Checkpoint | { readonly fault: string }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return { fault: bytes.code === 'ENOENT' ? 'it is missing' : bytes.message };
  const result = readCheckpointBytes(bytes);
  if ('fault' in result) return result;
  const differences =
    Object.keys(identity).length === 0
      ? []
      : identityDifferences({ ...result.run, listing: '' }, { ...identity, listing: '' });
  return differences.length === 0 ? result : { fault: `it belongs to another run: ${differences.join('; ')}` };
}

function byId(pictures: readonly LeftOut[]): LeftOut[] {
  return [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
}
