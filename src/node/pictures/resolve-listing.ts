import { describeValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ListPicturesOptions, listPictures, type PictureFile } from './list-pictures.js';

/** How many of a kind an error names. */
const SHOWN = 3;

/**
 * A listing of pictures: of a folder, of a single file, or a list that was made elsewhere, which is checked.
 *
 * @throws DeconvnetError `pictures-not-found`; `invalid-option` for items that are no files; `duplicate-id`, naming ids
 * that stand for several files.
 */
export async function resolveListing(
  pictures: string | readonly PictureFile[],
  { followLinks = false }: ListPicturesOptions = {},
): Promise<readonly PictureFile[]> {
  if (typeof pictures === 'string') return listPictures(pictures, { followLinks });
  if (!Array.isArray(pictures)) {
    throw new DeconvnetError(
      'invalid-option',
      `Pictures are a folder, a file, or a list of { id, path }; this is ${describeValue(pictures)}.`,
    );
  }
  const bad = pictures.find((file) => typeof file?.id !== 'string' || typeof file.path !== 'string');
  if (bad !== undefined) {
    throw new DeconvnetError(
      'invalid-option',
      `A listing is of files { id, path, label? }, id and path both strings; it holds ${describeValue(bad)}.`,
    );
  }
  checkUnique(pictures as readonly PictureFile[]);
  return pictures as readonly PictureFile[];
}

function checkUnique(files: readonly PictureFile[]): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of files) {
    if (seen.has(id)) twice.add(id);
    seen.add(id);
  }
  if (twice.size === 0) return;
  const named = [...twice].slice(0, SHOWN).map((id) => `'${id}'`);
  const more = twice.size > SHOWN ? `, and ${twice.size - SHOWN} more` : '';
  throw new DeconvnetError(
    'duplicate-id',
    `Each id of a listing stands for one picture; several files have ${named.join(', ')}${more}. Give each file an id of its own, such as its path.`,
  );
}
