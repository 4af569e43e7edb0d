import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { DeconvnetError } from '../errors.js';
import type { Picture } from '../picture.js';
import { listPictures, type PictureFile } from './list-pictures.js';
import { type ReadPictureOptions, readPicture } from './read-picture.js';

/** How many pictures to read, and what becomes of those that cannot be. */
export interface ReadPicturesOptions {
  /**
   * How many pictures at most; all by default. With classes they are taken in turn, one of each class after the
   * other, so that none is favoured.
   */
  readonly limit?: number;
  /** Called with each picture that is passed over because it cannot be read. */
  readonly onSkip?: (skipped: { readonly id: string; readonly error: DeconvnetError }) => void;
}

/** Decoding runs beside the computation; this many pictures are decoded while the consumer works. */
const AHEAD = 4;

/**
 * Reads pictures as images for a network, brought to the size it takes: a source for `PatchMiner.run`. The consumer
 * disposes each image. Pictures that cannot be read are passed over.
 *
 * @param pictures a folder, a single file, or a list of files
 * @example
 * ```ts
 * import { type Deconvnet, PatchMiner } from 'deconvnet';
 * import { readPictures } from 'deconvnet/node';
 *
 * const mine = async (deconvnet: Deconvnet, folder: string) => {
 *   const miner = new PatchMiner(deconvnet);
 *   await miner.run(readPictures(folder, deconvnet, { limit: 1000 }));
 *   return miner;
 * };
 * ```
 * @throws DeconvnetError `input-unknown`, `pictures-not-found`, `missing-peer`, `invalid-option`;
 * `picture-unreadable` where not a single one can be read.
 */
export async function* readPictures(
  pictures: string | readonly PictureFile[],
  deconvnet: Deconvnet,
  { limit = Number.POSITIVE_INFINITY, onSkip }: ReadPicturesOptions = {},
): AsyncGenerator<{ id: string; label?: string; image: Tensor }, void, undefined> {
  if (!(limit >= 1)) {
    throw new DeconvnetError('invalid-option', `limit is how many pictures to read, 1 or more; it is ${limit}.`);
  }
  const files = typeof pictures === 'string' ? await listPictures(pictures) : pictures;
  const size = { ...deconvnet.inputSize, ...(deconvnet.inputFormat && { fit: deconvnet.inputFormat.fit }) };
  let read = 0;
  let failure: DeconvnetError | undefined;
  for await (const { file, picture } of readAhead(limit < files.length ? inTurn(files) : files, size)) {
    if (picture instanceof DeconvnetError) {
      failure ??= picture;
      onSkip?.({ id: file.id, error: picture });
      continue;
    }
    const { id, label } = file;
    yield { id, ...(label !== undefined && { label }), image: deconvnet.toInput(picture) };
    read++;
    if (read >= limit) return;
  }
  if (read === 0 && failure) {
    const all = files.length === 1 ? '' : `None of the ${files.length} pictures can be read. `;
    throw new DeconvnetError('picture-unreadable', `${all}${failure.message}`, { cause: failure });
  }
}

/** One picture of each class, then a second of each ... */
function inTurn(files: readonly PictureFile[]): PictureFile[] {
  const rank = new Map<string | undefined, number>();
  return files
    .map((file, order) => {
      const turn = rank.get(file.label) ?? 0;
      rank.set(file.label, turn + 1);
      return { file, turn, order };
    })
    .sort((a, b) => a.turn - b.turn || a.order - b.order)
    .map(({ file }) => file);
}

interface ReadFile {
  readonly file: PictureFile;
  readonly picture: Picture | DeconvnetError;
}

async function* readAhead(files: readonly PictureFile[], size: ReadPictureOptions): AsyncGenerator<ReadFile> {
  const started: Promise<ReadFile | { readonly fault: unknown }>[] = [];
  for (let i = 0; i < files.length + AHEAD; i++) {
    const next = files[i];
    // A rejection nobody awaits yet would end the process, so faults travel as values.
    if (next) started.push(readOne(next, size).catch((fault: unknown) => ({ fault })));
    if (i < AHEAD) continue;
    const done = await started.shift();
    if (!done) return;
    if ('fault' in done) throw done.fault;
    yield done;
  }
}

async function readOne(file: PictureFile, size: ReadPictureOptions): Promise<ReadFile> {
  try {
    return { file, picture: await readPicture(file.path, size) };
  } catch (error) {
    if (error instanceof DeconvnetError && error.code === 'picture-unreadable') return { file, picture: error };
    throw error;
  }
}
