import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkCallback, checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import { type FetchOptions, resolveFetching } from './fetching.js';
import type { ListPicturesOptions } from './list-pictures.js';
import type { PictureFile } from './picture-file.js';
import { readAhead } from './read-ahead.js';
import type { ReadPictureOptions } from './read-picture-options.js';
import { signalInput } from './read-signal.js';
import { resolveListing } from './resolve-listing.js';
import type { Signal } from './signal.js';
import { inTurn } from './take-pictures.js';

/** How many pictures to read, and what to do with those that cannot be read. */
export interface ReadPicturesOptions
  extends Pick<ListPicturesOptions, 'followLinks'>,
    Pick<ReadPictureOptions, 'maxPixels'>,
    FetchOptions {
  /**
   * The largest number of pictures to read; all by default. If the pictures have classes, the classes take turns, so that
   * each gives about as many pictures as the others.
   */
  readonly limit?: number;
  /** Called with each picture that is skipped because it cannot be read. */
  readonly onSkip?: (skipped: { readonly id: string; readonly error: DeconvnetError }) => void;
}

const NAMES = [
  'limit',
  'onSkip',
  'followLinks',
  'maxPixels',
  'allowHosts',
  'fetch',
] satisfies readonly (keyof ReadPicturesOptions)[];

/**
 * Reads pictures and makes an image (a tensor) from each, of the size that a network takes. The result is a source for
 * `PatchMiner.run`. Pictures that cannot be read are skipped.
 *
 * Files that end in `.npy` (of NumPy) or `.json` (nested lists of numbers) are signals: they contain model input, and are
 * used as they are. For a network that does not take pictures, a folder is searched for such files.
 *
 * Pictures may also be URLs, of the hosts in `allowHosts`. Each is fetched when its turn comes, and nothing is kept on the
 * disk.
 *
 * @param pictures a folder, a single file or URL, a `.txt` file with a URL on each line, or a list of files
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
 * @throws DeconvnetError `input-unknown`; `pictures-not-found`; `missing-peer`; `invalid-option`, also for a URL whose host is
 * not allowed; `duplicate-id` for a list in which two files have the same id; `picture-unreadable` if none of the pictures
 * can be read.
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
  const fetching = resolveFetching(options);
  const { hosts } = fetching;
  const files = await resolveListing(pictures, { followLinks, signals: !deconvnet.takesPictures, hosts });
  let read = 0;
  let failure: DeconvnetError | undefined;
  const inOrder = limit < files.length ? inTurn(files) : files;
  for await (const { file, picture } of readAhead(inOrder, { picture: sizeFor(deconvnet, maxPixels), fetching })) {
    if (picture instanceof DeconvnetError) {
      failure ??= picture;
      onSkip?.({ id: file.id, error: picture });
      continue;
    }
    const { id, label } = file;
    yield { id, ...(label !== undefined && { label }), image: imageOf(deconvnet, picture) };
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

/** Makes model input from what was read from a file. The caller disposes the tensor. */
export function imageOf(deconvnet: Deconvnet, content: Picture | Signal): Tensor {
  return 'shape' in content ? signalInput(deconvnet, content) : deconvnet.toInput(content);
}

/** The options with which a picture is read for a network: the size that it takes, and the fit of its input format. */
export function sizeFor({ inputSize, inputFormat }: Deconvnet, maxPixels: number | undefined): ReadPictureOptions {
  return {
    ...inputSize,
    ...(inputFormat && { fit: inputFormat.fit }),
    ...(maxPixels !== undefined && { maxPixels }),
  };
}
