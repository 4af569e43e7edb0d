import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkCallback, checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ListPicturesOptions, PictureFile } from './list-pictures.js';
import { readAhead } from './read-ahead.js';
import type { ReadPictureOptions } from './read-picture.js';
import { resolveListing } from './resolve-listing.js';
import { inTurn } from './take-pictures.js';

/** How many pictures to read, and what to do with those that cannot be read. */
export interface ReadPicturesOptions extends ListPicturesOptions, Pick<ReadPictureOptions, 'maxPixels'> {
  /**
   * The largest number of pictures to read; all by default. If the pictures have classes, the classes take turns, so that
   * each gives about as many pictures as the others.
   */
  readonly limit?: number;
  /** Called with each picture that is skipped because it cannot be read. */
  readonly onSkip?: (skipped: { readonly id: string; readonly error: DeconvnetError }) => void;
}

const NAMES = ['limit', 'onSkip', 'followLinks', 'maxPixels'] satisfies readonly (keyof ReadPicturesOptions)[];

/**
 * Reads pictures and makes an image (a tensor) from each, of the size that a network takes. The result is a source for
 * `PatchMiner.run`. Pictures that cannot be read are skipped.
 *
 * @param pictures a folder, a single file, or a list of files
 * @returns the images, each with its id and its label; the consumer disposes them
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
 * @throws DeconvnetError `input-unknown`, `pictures-not-found`, `missing-peer`, `invalid-option`; `duplicate-id` if two
 * files of a list have the same id; `picture-unreadable` if the library can read none of the pictures.
 */
export async function* readPictures(
  pictures: string | readonly PictureFile[],
  deconvnet: Deconvnet,
  options: ReadPicturesOptions = {},
): AsyncGenerator<{ id: string; label?: string; image: Tensor }, void, undefined> {
  checkDeconvnet('readPictures', deconvnet);
  checkKeys('readPictures', options, NAMES);
  const { limit = Number.POSITIVE_INFINITY, onSkip, followLinks = false, maxPixels } = options;
  checkValue(
    typeof limit === 'number' && limit >= 1,
    'limit is the largest number of pictures to read, 1 or more',
    limit,
  );
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

/** The options with which a picture is read for a network: the size that it takes, and the fit of its input format. */
export function sizeFor({ inputSize, inputFormat }: Deconvnet, maxPixels: number | undefined): ReadPictureOptions {
  return {
    ...inputSize,
    ...(inputFormat && { fit: inputFormat.fit }),
    ...(maxPixels !== undefined && { maxPixels }),
  };
}
