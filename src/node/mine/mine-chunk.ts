import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import type { PatchMinerOptions } from '../../mine/miner-options.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import type { MinerThresholds } from '../../mine/thresholds.js';
import type { PictureFile } from '../pictures/list-pictures.js';
import { readAhead } from '../pictures/read-ahead.js';
import { sizeFor } from '../pictures/read-pictures.js';

/** Options of a miner with nothing left open. */
export type ChunkMinerOptions = Required<Omit<PatchMinerOptions, 'above'>>;

/** How every chunk of a run is mined. */
export interface ChunkSettings {
  readonly miner: ChunkMinerOptions;
  /** Images a forward pass. */
  readonly batchSize: number;
  readonly maxPixels: number;
}

/** A few pictures to mine. It depends on nothing that was mined before, so that it can be done again anywhere. */
export interface ChunkTask {
  readonly files: readonly PictureFile[];
  /** What need not be kept, since the run has found as much that is stronger. */
  readonly above?: MinerThresholds;
}

/** A picture that was left out. */
export interface LeftOut {
  readonly id: string;
  /** What was wrong, as the code of an error. */
  readonly code: string;
  /** The same for people. */
  readonly reason: string;
}

/** What a chunk gave. */
export interface MinedChunk {
  /** As `PatchMiner.save` writes it. */
  readonly state: Uint8Array<ArrayBuffer>;
  /** Pictures that cannot be read. */
  readonly skipped: readonly LeftOut[];
}

/**
 * Mines some pictures with a miner of their own.
 *
 * @throws DeconvnetError as `PatchMiner.run`; `pictures-not-found` where all files are gone; the signal's reason.
 */
export async function mineChunk(
  deconvnet: Deconvnet,
  { files, above }: ChunkTask,
  { miner: options, batchSize, maxPixels }: ChunkSettings,
  signal?: AbortSignal,
): Promise<MinedChunk> {
  const miner = new PatchMiner(deconvnet, { ...options, ...(above && { above }) });
  const skipped: LeftOut[] = [];
  const images = async function* (): AsyncGenerator<SourceItem, void, undefined> {
    for await (const { file, picture } of readAhead(files, sizeFor(deconvnet, maxPixels))) {
      const { id, label } = file;
      if (picture instanceof DeconvnetError) skipped.push({ id, code: picture.code, reason: picture.what });
      else yield { id, ...(label !== undefined && { label }), image: deconvnet.toInput(picture) };
    }
  };
  try {
    await miner.run(images(), {
      // Pictures of different sizes do not fit into one batch.
      batchSize: deconvnet.inputSize === null ? 1 : batchSize,
      ...(signal && { signal }),
    });
  } catch (error) {
    const nothing = error instanceof DeconvnetError && error.code === 'empty-source';
    if (!nothing) throw error;
  }
  checkStillThere(files, skipped);
  return { state: miner.save(), skipped };
}

/** So many missing files in a row are no chance. */
const GONE = 16;

/** A folder that has gone away (a drive, a network) is no reason to pass over all that is left of a data set. */
function checkStillThere(files: readonly PictureFile[], skipped: readonly LeftOut[]): void {
  const gone = skipped.filter(({ code }) => code === 'pictures-not-found');
  if (files.length < GONE || gone.length < files.length) return;
  throw new DeconvnetError(
    'pictures-not-found',
    `None of ${files.length} pictures in a row is there any more, ${files[0]!.path} first: has the folder moved?`,
  );
}
