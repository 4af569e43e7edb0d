import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PictureFile } from './list-pictures.js';

/** A part of a listing: every `count`-th picture, beginning with the `index`-th. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  /** Into how many parts the listing is split. */
  readonly count: number;
}

/** Which pictures of a listing are taken. */
export interface TakePicturesOptions {
  /** How many at most; all by default. With classes they are taken in turn, so that none is favoured. */
  readonly limit?: number;
  /** One part of them; all by default. */
  readonly shard?: Shard;
}

/**
 * The part of a listing that is wanted: first the limit, then the shard, so that the shards of a limited listing are
 * that listing and no more.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function takePictures(
  files: readonly PictureFile[],
  { limit = Number.POSITIVE_INFINITY, shard }: TakePicturesOptions,
): readonly PictureFile[] {
  if (!(limit >= 1)) {
    throw new DeconvnetError('invalid-option', `limit is how many pictures to read, 1 or more; it is ${limit}.`);
  }
  const taken = limit < files.length ? inTurn(files).slice(0, limit) : files;
  if (!shard) return taken;
  const { index, count } = shard;
  if (!Number.isInteger(count) || !Number.isInteger(index) || index < 1 || index > count) {
    throw new DeconvnetError(
      'invalid-option',
      `A shard is { index, count }, whole numbers with index from 1 to count; this is index ${index} of ${count}.`,
    );
  }
  return taken.filter((_, i) => i % count === index - 1);
}

/** One picture of each class, then a second of each ... */
export function inTurn(files: readonly PictureFile[]): PictureFile[] {
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
