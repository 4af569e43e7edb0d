import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import type { PatchMinerOptions } from '../../mine/miner-options.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import type { MinerThresholds } from '../../mine/thresholds.js';
import type { PictureFile } from '../pictures/list-pictures.js';
import { readAhead } from '../pictures/read-ahead.js';
import { imageOf, sizeFor } from '../pictures/read-pictures.js';

/** The options of a miner, without any defaults to fill in. */
export type ChunkMinerOptions = Required<Omit<PatchMinerOptions, 'above'>>;

/** How every chunk of a run is mined. */
export interface ChunkSettings {
  readonly miner: ChunkMinerOptions;
  /** Images per forward pass. */
  readonly batchSize: number;
  readonly maxPixels: number;
}

/** A few pictures to mine. A task does not depend on other tasks, so any thread can repeat it. */
export interface ChunkTask {
  readonly files: readonly PictureFile[];
  /** Activations that are not above these need not be kept, because the run has found enough stronger ones. */
  readonly above?: MinerThresholds;
}

/** A picture that was left out. */
export interface LeftOut {
  readonly id: string;
  /** The code of the error. */
  readonly code: string;
  /** The message of the error. */
  readonly reason: string;
}

/** The result of a chunk. */
export interface MinedChunk {
  /** It has found what there is. */
  readonly miner: PatchMiner;
  /** Pictures that cannot be read. */
  readonly skipped: readonly LeftOut[];
}

/**
 * Mines some pictures with a miner of their own.
 *
 * @throws DeconvnetError as `PatchMiner.run`; `pictures-not-found` if all files are missing. The signal's reason.
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
      else yield { id, ...(label !== undefined && { label }), image: imageOf(deconvnet, picture) };
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
  return { miner, skipped };
}

/** This many consecutive missing files are not a coincidence. */
const MAX_MISSING = 16;

/** Stops if the folder itself has become unreachable (a drive, a network). Else all remaining pictures would be skipped. */
function checkStillThere(files: readonly PictureFile[], skipped: readonly LeftOut[]): void {
  const gone = skipped.filter(({ code }) => code === 'pictures-not-found');
  if (files.length < MAX_MISSING || gone.length < files.length) return;
  throw new DeconvnetError(
    'pictures-not-found',
    `${files.length} pictures in a row do not exist any more, beginning with ${files[0]!.path}. Check whether the folder was moved or its drive was removed.`,
  );
}
