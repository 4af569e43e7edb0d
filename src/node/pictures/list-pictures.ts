import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { checkFlag, checkKeys } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkOnDisk, checkPath } from '../check-path.js';
import type { PictureFile } from './picture-file.js';
import { isUrl } from './picture-url.js';
import { isUrlList, readUrlList } from './read-url-list.js';

/** How a folder is searched for pictures. */
export interface ListPicturesOptions {
  /** Whether to follow links that lead out of the folder, to files or to folders; `false` by default. */
  readonly followLinks?: boolean;
  /** Whether to search for signals (`.npy` and `.json` files) and not for pictures; `false` by default. */
  readonly signals?: boolean;
}

const EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'avif', 'tif', 'tiff'];
const SIGNAL_EXTENSIONS = ['npy', 'json'];

/**
 * Lists the pictures in a folder and in its subfolders, sorted by id (by UTF-16 code unit). The label of a picture in a
 * subfolder is the name of the topmost subfolder. Hidden files are skipped, and so are links that lead out of the folder
 * unless `followLinks` is `true`. With `signals`, signals are listed and not pictures.
 *
 * A file whose name ends in `.txt` is a list of URLs, one per line, each maybe with a tab and a label after it. Its pictures
 * are listed in the order of the lines, and the id of each is its URL. Empty lines and lines that begin with `#` are left
 * out. The path of any other file, and a single URL, give a list of that picture. Nothing is fetched here.
 *
 * @throws DeconvnetError `pictures-not-found`, `invalid-option`; `duplicate-id` if a URL is listed twice.
 */
export async function listPictures(folder: string, options: ListPicturesOptions = {}): Promise<PictureFile[]> {
  checkKeys('listPictures', options, ['followLinks', 'signals'] satisfies readonly (keyof ListPicturesOptions)[]);
  const { followLinks = false, signals = false } = options;
  checkFlag('followLinks', followLinks);
  checkFlag('signals', signals);
  const extensions = signals ? SIGNAL_EXTENSIONS : EXTENSIONS;
  checkPath('listPictures lists a folder', folder);
  if (isUrl(folder)) return [{ id: folder, path: folder }];
  checkOnDisk(folder, 'pictures-not-found', 'Download the pictures first, or give URLs of http or https.');
  const found = await stat(folder).catch(() => undefined);
  if (!found) {
    throw new DeconvnetError(
      'pictures-not-found',
      `${folder} does not exist. Give a folder of pictures (or with a folder for each class), a single picture, or a .txt file with URLs.`,
    );
  }
  if (!found.isDirectory()) {
    return isUrlList(folder) ? await readUrlList(folder) : [{ id: basename(folder), path: folder }];
  }
  const root = await realpath(folder);
  const pictures: PictureFile[] = [];
  let links = 0;
  const onLink = (): void => void links++;
  for await (const parts of walk(folder, { root, followLinks, extensions, onLink, above: [root] }, [])) {
    const label = parts.length > 1 ? parts[0] : undefined;
    pictures.push({ id: parts.join('/'), path: join(folder, ...parts), ...(label !== undefined && { label }) });
  }
  if (pictures.length === 0) {
    const what = signals ? 'signals' : 'pictures';
    const message = `The folder ${folder} contains no ${what}, and neither do its subfolders. Extensions: .${extensions.join(', .')}.`;
    if (links === 0) throw new DeconvnetError('pictures-not-found', message);
    throw new DeconvnetError('pictures-not-found', `${message} ${linkWords(links)}`, {
      advice: { about: 'follow-links', text: 'Give `followLinks: true` to follow them.' },
    });
  }
  return pictures.sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Walk {
  /** The real path of the folder that is listed. */
  readonly root: string;
  readonly followLinks: boolean;
  readonly extensions: readonly string[];
  /** Is called for each link to a folder, or to a file with one of the extensions, that is not followed. */
  readonly onLink: () => void;
  /** The real paths of the folders above: a link to one of them would lead in a circle. */
  readonly above: readonly string[];
}

async function* walk(folder: string, way: Walk, parts: readonly string[]): AsyncGenerator<string[]> {
  for (const entry of await readdir(join(folder, ...parts), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const inside = [...parts, entry.name];
    const path = join(folder, ...inside);
    if (entry.isDirectory()) {
      yield* walk(folder, way.followLinks ? { ...way, above: [...way.above, await realpath(path)] } : way, inside);
    } else if (entry.isSymbolicLink() && way.followLinks && (await isFolder(path))) {
      const real = await realpath(path);
      if (!way.above.includes(real)) yield* walk(folder, { ...way, above: [...way.above, real] }, inside);
    } else if (isNamed(entry.name, way.extensions) && (await isFileToRead(entry, path, way))) yield inside;
    else if (entry.isSymbolicLink() && !way.followLinks && (await couldBeFollowed(entry, path, way))) way.onLink();
  }
}

function isNamed(name: string, extensions: readonly string[]): boolean {
  return extensions.includes(/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '');
}

/** Whether an entry is a file to read. Without `followLinks`, links are followed to files inside the folder only. */
async function isFileToRead(entry: Dirent, path: string, { root, followLinks }: Walk): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = await realpath(path).catch(() => undefined);
  return target !== undefined && (followLinks || target.startsWith(root + sep)) && (await stat(target)).isFile();
}

/** Whether `followLinks` would follow a link. A link that leads in a circle counts too. */
async function couldBeFollowed({ name }: Dirent, path: string, { extensions }: Walk): Promise<boolean> {
  const target = await stat(path).catch(() => undefined);
  return target !== undefined && (target.isDirectory() || (target.isFile() && isNamed(name, extensions)));
}

function linkWords(links: number): string {
  return links === 1
    ? '1 link in it, to a folder or to a file outside of it, was not followed.'
    : `${links} links in it, to folders or to files outside of it, were not followed.`;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
