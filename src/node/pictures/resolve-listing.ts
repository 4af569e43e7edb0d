import { describeValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkUrls } from './allowed-hosts.js';
import { type ListPicturesOptions, listPictures } from './list-pictures.js';
import type { PictureFile } from './picture-file.js';

/** How many ids an error names. */
const SHOWN = 3;

/**
 * Lists the pictures in a folder, reads a list of URLs, lists a single file, or checks a list that the caller made.
 *
 * @param hosts the hosts from which pictures may be fetched
 * @throws DeconvnetError `pictures-not-found`; `invalid-option` if an item is not a file, or a URL of a host that is not
 * allowed; `duplicate-id`, which names the ids that several files have.
 */
export async function resolveListing(
  pictures: string | readonly PictureFile[],
  { hosts, followLinks = false, signals = false }: ListPicturesOptions & { readonly hosts: readonly string[] },
): Promise<readonly PictureFile[]> {
  const files = typeof pictures === 'string' ? await listPictures(pictures, { followLinks, signals }) : given(pictures);
  checkUrls(files, { hosts, signals });
  return files;
}

function given(pictures: readonly PictureFile[]): readonly PictureFile[] {
  if (!Array.isArray(pictures)) {
    throw new DeconvnetError(
      'invalid-option',
      `Give pictures as a folder, a file, a .txt file with URLs, or a list of { id, path }; this is ${describeValue(pictures)}.`,
    );
  }
  const bad = pictures.find((file) => typeof file?.id !== 'string' || typeof file.path !== 'string');
  if (bad !== undefined) {
    throw new DeconvnetError(
      'invalid-option',
      `Each picture of a list is { id, path, label? }, with strings as id and path; one of them is ${describeValue(bad)}.`,
    );
  }
  checkUnique(pictures);
  return pictures;
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
