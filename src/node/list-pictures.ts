import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { DeconvnetError } from '../errors.js';

/** A picture on disk. */
export interface PictureFile {
  /** Its path inside the folder, with forward slashes: the same on every system. */
  readonly id: string;
  /** Where to read it. */
  readonly path: string;
  /** The folder it lies in, where each class has a folder. */
  readonly label?: string;
}

const EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'avif', 'tif', 'tiff'];

/**
 * Lists the pictures of a folder and of the folders inside, sorted by id by UTF-16 code unit. Pictures in a folder
 * inside carry the name of the topmost one as their label. Hidden files and links that lead out of the folder are
 * passed over. A single file is a list of one, whatever its extension.
 *
 * @throws DeconvnetError `pictures-not-found`.
 */
export async function listPictures(folder: string): Promise<PictureFile[]> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) {
    throw new DeconvnetError(
      'pictures-not-found',
      `There is no ${folder}. Pictures are a folder of files (or of a folder for each class), or a single file.`,
    );
  }
  if (!found.isDirectory()) return [{ id: basename(folder), path: folder }];
  const root = await realpath(folder);
  const pictures: PictureFile[] = [];
  for await (const parts of walk(folder, root, [])) {
    const label = parts.length > 1 ? parts[0] : undefined;
    pictures.push({ id: parts.join('/'), path: join(folder, ...parts), ...(label !== undefined && { label }) });
  }
  if (pictures.length === 0) {
    throw new DeconvnetError(
      'pictures-not-found',
      `The folder ${folder} has no pictures: files named .${EXTENSIONS.join(', .')} were looked for, in the folders inside too.`,
    );
  }
  return pictures.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function* walk(folder: string, root: string, parts: readonly string[]): AsyncGenerator<string[]> {
  for (const entry of await readdir(join(folder, ...parts), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const inside = [...parts, entry.name];
    if (entry.isDirectory()) yield* walk(folder, root, inside);
    else if (isNamedPicture(entry.name) && (await isFileInside(entry, join(folder, ...inside), root))) yield inside;
  }
}

function isNamedPicture(name: string): boolean {
  return EXTENSIONS.includes(/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '');
}

/** Links to folders are not followed at all: inside they name pictures twice, or run in circles. */
async function isFileInside(entry: Dirent, path: string, root: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = await realpath(path).catch(() => undefined);
  return target?.startsWith(root + sep) === true && (await stat(target)).isFile();
}
