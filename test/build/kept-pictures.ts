import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readScratchList } from '../../src/node/projecting/scratch-file.js';

/** A picture whose patches have been projected, and wait in a file. */
export interface KeptPicture {
  /** Tells whether a file is the same that it was, and not another one of the same name. */
  readonly identity: string;
  readonly patches: number;
}

/** The pictures that a gallery which was stopped has projected completely, by the paths of their files. */
export async function keptPictures(gallery: string): Promise<Map<string, KeptPicture>> {
  const found = new Map<string, KeptPicture>();
  for (const path of await readdir(join(gallery, 'unfinished'), { recursive: true }).catch(() => [])) {
    if (!path.endsWith('.patches')) continue;
    const file = join(gallery, 'unfinished', path);
    const { ino, mtimeNs } = await stat(file, { bigint: true });
    found.set(path, { identity: `${ino} ${mtimeNs}`, patches: (await readScratchList(file)).length });
  }
  return found;
}

/** How many pictures are kept now. It may be called while the gallery is being made. */
export async function countKept(gallery: string): Promise<number> {
  const paths = await readdir(join(gallery, 'unfinished'), { recursive: true }).catch(() => []);
  return paths.filter((path) => path.endsWith('.patches')).length;
}
