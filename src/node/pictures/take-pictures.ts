import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PictureFile } from './picture-file.js';

/** A part of a list: every `count`-th picture, beginning with the `index`-th. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  /** The number of parts. */
  readonly count: number;
}

/** Which pictures of a list are taken. */
export interface TakePicturesOptions {
  /**
   * The largest number of pictures; all by default. If the pictures have classes, the classes take turns, so that each
   * gives about as many pictures as the others.
   */
  readonly limit?: number;
  /** Takes only one part of these pictures; all parts by default. */
  readonly shard?: Shard;
}

/**
 * Takes a part of a list of pictures: first up to the limit, then the shard, so that all shards together are the limited
 * list.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function takePictures(
  files: readonly PictureFile[],
  { limit = Number.POSITIVE_INFINITY, shard }: TakePicturesOptions,
): readonly PictureFile[] {
  if (!(limit >= 1)) {
    throw new DeconvnetError(
      'invalid-option',
      `limit is the largest number of pictures to read, 1 or more; it is ${limit}.`,
    );
  }
  const taken = limit < files.length ? inTurn(files).slice(0, limit) : files;
  if (!shard) return taken;
  const { index, count } = shard;
  if (!Number.isInteger(count) || !Number.isInteger(index) || index < 1 || index > count) {
    throw new DeconvnetError(
      'invalid-option',
      `A shard is { index, count }, two whole numbers with index from 1 to count; it is index ${index} of ${count}.`,
    );
  }
  return taken.filter((_, i) => i % count === index - 1);
}

/** Orders pictures so that the classes take turns: one picture of each class, then a second of each, and so on. */
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
