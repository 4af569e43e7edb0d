import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import type { PatchMinerOptions } from '../../mine/miner-options.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import type { MinerThresholds } from '../../mine/thresholds.js';
import { takesAnySize } from '../../network/network.js';
import { isOutage } from '../pictures/fetch-picture.js';
import type { Fetching } from '../pictures/fetching.js';
import type { PictureFile } from '../pictures/picture-file.js';
import { isUrl } from '../pictures/picture-url.js';
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
  /** For pictures that are URLs. */
  readonly fetching: Fetching;
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
 * @throws DeconvnetError as `PatchMiner.run`; `pictures-not-found` if all files are missing, or no picture
 * can be fetched. The signal's reason.
 */
export async function mineChunk(
  deconvnet: Deconvnet,
  { files, above }: ChunkTask,
  { miner: options, batchSize, maxPixels, fetching }: ChunkSettings,
  signal?: AbortSignal,
): Promise<MinedChunk> {
  const miner = new PatchMiner(deconvnet, { ...options, ...(above && { above }) });
  const skipped: LeftOut[] = [];
  let gone = 0;
  const reading = { picture: sizeFor(deconvnet, maxPixels), fetching, signal };
  const images = async function* (): AsyncGenerator<SourceItem, void, undefined> {
    for await (const { file, picture } of readAhead(files, reading)) {
      const { id, label } = file;
      if (picture instanceof DeconvnetError) {
        skipped.push({ id, code: picture.code, reason: picture.what });
        if (isGone(picture)) gone++;
      } else yield { id, ...(label !== undefined && { label }), image: imageOf(deconvnet, picture) };
    }
  };
  try {
    await miner.run(images(), {
      // Pictures of different sizes do not fit into one batch.
      batchSize: takesAnySize(deconvnet.engine.network) ? 1 : batchSize,
      ...(signal && { signal }),
    });
  } catch (error) {
    const nothing = error instanceof DeconvnetError && error.code === 'empty-source';
    if (!nothing) throw error;
  }
  if (gone === files.length && gone >= MAX_GONE) throw allGone(files, skipped[0]!);
  return { miner, skipped };
}

/** If this many pictures in a row are gone, this is not a coincidence. Else all remaining pictures would be skipped. */
const MAX_GONE = 16;

/** Whether a file does not exist any more, or the host of a URL cannot be reached. */
function isGone(error: DeconvnetError): boolean {
  return error.code === 'pictures-not-found' || isOutage(error);
}

/** The folder (a drive, a network) or the host has become unreachable. */
function allGone(files: readonly PictureFile[], { reason }: LeftOut): DeconvnetError {
  const { id, path } = files[0]!;
  return new DeconvnetError(
    'pictures-not-found',
    isUrl(path)
      ? `${files.length} pictures in a row cannot be fetched, beginning with ${id}. Check the network and the host. ${reason}`
      : `${files.length} pictures in a row do not exist any more, beginning with ${path}. Check whether the folder was moved or its drive was removed.`,
  );
}
