import { readFile } from 'node:fs/promises';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { didYouMean } from '../../../errors/did-you-mean.js';
import { type PictureBoxes, readBoxes } from '../../../studies/correspondence/read-boxes.js';
import { checkPath } from '../../check-path.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { takePictures } from '../../pictures/take-pictures.js';

/**
 * Reads boxes from a file, or checks those that were given.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export async function loadBoxes(boxes: PictureBoxes | string): Promise<PictureBoxes> {
  if (typeof boxes !== 'string') return readBoxes(boxes);
  checkPath('writeCorrespondence reads a file of boxes', boxes);
  const text = await readFile(boxes, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'it does not exist' : cause.message;
    throw new DeconvnetError('invalid-option', `The boxes ${boxes} cannot be read: ${why}. Check the path.`, { cause });
  });
  try {
    return readBoxes(text);
  } catch (error) {
    throw error instanceof DeconvnetError
      ? new DeconvnetError('invalid-option', `In ${boxes}: ${error.what}`, { cause: error })
      : error;
  }
}

/**
 * The files of the pictures that have boxes, in the order of the boxes.
 *
 * @param limit the largest number of pictures; the classes take turns
 * @throws DeconvnetError `invalid-option` for boxes of a picture that does not exist.
 */
export function markedFiles(
  files: readonly PictureFile[],
  boxes: PictureBoxes,
  limit: number | undefined,
): readonly PictureFile[] {
  const byId = new Map(files.map((file) => [file.id, file]));
  const marked = Object.keys(boxes).map((id) => {
    const file = byId.get(id);
    if (file) return file;
    throw new DeconvnetError(
      'invalid-option',
      `There are boxes for the picture '${id}', which does not exist. ${didYouMean(id, [...byId.keys()])}The first of ${files.length} pictures is '${files[0]!.id}': an id is the path inside the folder.`,
    );
  });
  return takePictures(marked, limit === undefined ? {} : { limit });
}
