import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkPath } from '../check-path.js';
import { orWriteFailed } from '../projecting/or-write-failed.js';
import { encodeSprite } from './encode-sprite.js';
import { filesOfGallery, GalleryFolder, GENERATOR, isWhole } from './gallery-folder.js';

/** A gallery that was copied. */
export interface CopiedGallery {
  /** The path of the page. */
  readonly index: string;
  /** The size of all its files, in bytes. */
  readonly bytes: number;
}

/**
 * Copies a finished gallery to another folder, which is made if it is missing. The page is written last. An older gallery
 * in the folder keeps its files until then; after that, files that only the older one used are removed.
 *
 * @throws DeconvnetError `write-failed`. It is also thrown if there is no finished gallery to copy, or if one of its files is
 * damaged: the name of a file contains a hash, and its bytes must have this hash.
 */
export async function copyGallery(from: string, out: string): Promise<CopiedGallery> {
  checkPath('from is the folder of a gallery', from);
  checkPath('out is the folder to write to', out);
  const page = await readFile(join(from, 'index.html'), 'utf8').catch(() => undefined);
  if (!page?.includes(GENERATOR)) {
    throw new DeconvnetError(
      'write-failed',
      `${from} does not contain a finished gallery that can be copied to ${out}.`,
    );
  }
  const folder = await GalleryFolder.open(out, encodeSprite);
  return orWriteFailed(out, async () => {
    for (const file of await filesOfGallery(from)) {
      const bytes = await readFile(join(from, file));
      if (!isWhole(file, bytes)) {
        throw new DeconvnetError(
          'write-failed',
          `${join(from, file)} is damaged: it does not have the bytes of which its name contains the hash. Write the gallery again.`,
        );
      }
      await folder.copy(file, bytes);
    }
    return { index: await folder.finish(page), bytes: folder.bytes };
  });
}
