import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { checkCallback, checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkDeconvnet } from '../../mine/check-deconvnet.js';
import type { ListPicturesOptions, PictureFile } from './list-pictures.js';
import { readAhead } from './read-ahead.js';
import type { ReadPictureOptions } from './read-picture.js';
import { resolveListing } from './resolve-listing.js';
import { inTurn } from './take-pictures.js';

/** How many pictures to read, and what becomes of those that cannot be. */
export interface ReadPicturesOptions extends ListPicturesOptions, Pick<ReadPictureOptions, 'maxPixels'> {
  /**
   * How many pictures at most; all by default. With classes they are taken in turn, one of each class after the
   * other, so that none is favoured.
   */
  readonly limit?: number;
  /** Called with each picture that is passed over because it cannot be read. */
  readonly onSkip?: (skipped: { readonly id: string; readonly error: DeconvnetError }) => void;
}

const NAMES = ['limit', 'onSkip', 'followLinks', 'maxPixels'] satisfies readonly (keyof ReadPicturesOptions)[];

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
 * `duplicate-id` in a list of files; `picture-unreadable` where not a single one can be read.
 */
export async function* readPictures(
  pictures: string | readonly PictureFile[],
  deconvnet: Deconvnet,
  options: ReadPicturesOptions = {},
): AsyncGenerator<{ id: string; label?: string; image: Tensor }, void, undefined> {
  checkDeconvnet('readPictures', deconvnet);
  checkKeys('readPictures', options, NAMES);
  const { limit = Number.POSITIVE_INFINITY, onSkip, followLinks = false, maxPixels } = options;
  checkValue(typeof limit === 'number' && limit >= 1, 'limit is how many pictures to read, 1 or more', limit);
  checkCallback('onSkip', onSkip);
  const files = await resolveListing(pictures, { followLinks });
  let read = 0;
  let failure: DeconvnetError | undefined;
  for await (const { file, picture } of readAhead(
    limit < files.length ? inTurn(files) : files,
    sizeFor(deconvnet, maxPixels),
  )) {
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
    if (files.length === 1) throw failure;
    throw new DeconvnetError(
      'picture-unreadable',
      `None of the ${files.length} pictures can be read. ${failure.what}`,
      { cause: failure, advice: failure.advice },
    );
  }
}

/** How a picture is read for a network: brought to the size that it takes, and fitted as its input format says. */
export function sizeFor({ inputSize, inputFormat }: Deconvnet, maxPixels: number | undefined): ReadPictureOptions {
  return {
    ...inputSize,
    ...(inputFormat && { fit: inputFormat.fit }),
    ...(maxPixels !== undefined && { maxPixels }),
  };
}
