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
}

/** Merges the results of parts, one after the other. The memory does not depend on the number of parts. */
export class PartMerger {
  readonly #options: MergeOptions;
  readonly #miner: PatchMiner;
  readonly #merged = new Set<number>();
  readonly #skipped: LeftOut[] = [];
  readonly #setAside: LeftOut[] = [];

  constructor(options: MergeOptions) {
    this.#options = options;
    this.#miner = new PatchMiner(options.deconvnet, options.settings);
  }

  /**
   * Merges the results that are there, while other parts are still worked on, so that little remains to be done at the end.
   * What is wrong with a result is found again, and told, by `finish`.
   */
  async ahead(signal: AbortSignal): Promise<void> {
    for (const part of await this.#options.folder.results()) {
      if (signal.aborted) return;
      await this.#add(part);
    }
  }

  /**
   * Merges what is not merged yet of all parts, and writes the merged state into the folder of the run.
   *
   * @throws DeconvnetError `part-failed` if a result is missing or damaged. It is removed then, so that it is made again.
   */
  async finish(parts: number, signal: AbortSignal): Promise<void> {
    const { folder, identity } = this.#options;
    const wrong: string[] = [];
    for (let part = 1; part <= parts; part++) {
      const fault = await this.#add(part);
      if (fault !== undefined) {
        wrong.push(`part ${part}: ${fault.fault}`);
        if (fault.isDamaged) await rm(folder.resultOf(part), { force: true });
      }
      signal.throwIfAborted();
    }
    if (wrong.length > 0) throw new DeconvnetError('part-failed', `Results cannot be merged. ${wrong.join('; ')}`);
    const merged: Checkpoint = {
      run: identity,
      left: { cursor: this.#miner.images, pending: [] },
      ...{ skipped: byId(this.#skipped), setAside: byId(this.#setAside), state: this.#miner.save() },
    };
    await folder.write(folder.merged, checkpointBytes(merged));
  }

  /** Merges the result of a part, unless that is done; returns what is wrong with it. */
  async #add(part: number): Promise<Fault | undefined> {
    if (this.#merged.has(part)) return undefined;
    const { deconvnet, folder, identity } = this.#options;
    const result = await readResult(folder.resultOf(part), identity);
    if ('fault' in result) return result;
    // Meanwhile it may have been merged.
    if (this.#merged.has(part)) return undefined;
    this.#miner.merge(PatchMiner.load(deconvnet, result.state));
    this.#merged.add(part);
    this.#skipped.push(...result.skipped);
    this.#setAside.push(...result.setAside);
    // Locks are renewed between two results.
    await turn();
    return undefined;
  }
}

/** Reads what `PartMerger` has written. */
export async function readMerged(folder: RunFolder, deconvnet: Deconvnet): Promise<MinedImages> {
  const result = await readResult(folder.merged, {});
  if ('fault' in result) {
    if (result.isDamaged) await rm(folder.merged, { force: true });
    throw new DeconvnetError(
      'state-unreadable',
      `The merged state ${folder.merged} cannot be read: ${result.fault}. Start the run again with the same pictures and options.`,
    );
  }
  const miner = PatchMiner.load(deconvnet, result.state);
  const { skipped, setAside } = result;
  return { miner, report: { images: miner.images, skipped, setAside, resumed: 0 } };
}

/** What is wrong with a result. */
interface Fault {
  /** The end of a sentence. */
  readonly fault: string;
  /** Whether it has to be made again; otherwise it could not be read. */
  readonly isDamaged: boolean;
}

async function readResult(path: string, identity: RunIdentity): Promise<Checkpoint | Fault> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) {
    return { fault: bytes.code === 'ENOENT' ? 'it is missing' : bytes.message, isDamaged: false };
  }
  const result = readCheckpointBytes(bytes);
  if ('fault' in result) return { ...result, isDamaged: true };
  const differences =
    Object.keys(identity).length === 0
      ? []
      : identityDifferences({ ...result.run, listing: '' }, { ...identity, listing: '' });
  if (differences.length === 0) return result;
  return { fault: `it belongs to another run: ${differences.join('; ')}`, isDamaged: true };
}

function byId(pictures: readonly LeftOut[]): LeftOut[] {
  return [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
}
