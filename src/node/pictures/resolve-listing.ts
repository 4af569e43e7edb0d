import { describeValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ListPicturesOptions, listPictures, type PictureFile } from './list-pictures.js';

/** How many ids an error names. */
const SHOWN = 3;

/**
 * Lists the pictures in a folder, lists a single file, or checks a list that the caller made.
 *
 * @throws DeconvnetError `pictures-not-found`; `invalid-option` if an item is not a file; `duplicate-id`, which names the
 * ids that several files have.
 */
export async function resolveListing(
  pictures: string | readonly PictureFile[],
  { followLinks = false, signals = false }: ListPicturesOptions = {},
): Promise<readonly PictureFile[]> {
  if (typeof pictures === 'string') return listPictures(pictures, { followLinks, signals });
  if (!Array.isArray(pictures)) {
    throw new DeconvnetError(
      'invalid-option',
      `Give pictures as a folder, a file, or a list of { id, path }; this is ${describeValue(pictures)}.`,
    );
  }
  const bad = pictures.find((file) => typeof file?.id !== 'string' || typeof file.path !== 'string');
  if (bad !== undefined) {
    throw new DeconvnetError(
      'invalid-option',
      `Each picture of a list is { id, path, label? }, with strings as id and path; one of them is ${describeValue(bad)}.`,
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
    `Each picture of a list needs an id of its own, but several files have ${named.join(', ')}${more}. Use their paths as ids, for example.`,
  );
}
