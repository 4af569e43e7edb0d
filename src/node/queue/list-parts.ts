import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PictureFile } from '../pictures/picture-file.js';
import { isUrl, originOf } from '../pictures/picture-url.js';
import type { ListedPicture } from './mine-settings.js';
import type { RunFolder } from './run-folder.js';

/** How long a part should take, in seconds. */
const PART_SECONDS = 600;
/** About how many multiply-adds a worker does per second, with two cores. */
const SPEED = 1.5e10;
/** About how long it takes to read a picture, in seconds. */
const READING = 0.01;
/** What a picture takes if its multiply-adds are not known, in seconds. */
const UNKNOWN = 0.1;
/** The fewest parts per worker, so that all of them finish at about the same time. */
const PER_WORKER = 4;
/** How many files are written, or asked for their size, at a time. The shared folder may be far away. */
const AT_A_TIME = 32;

/**
 * The number of parts of a run: so that each takes about ten minutes, and so that each worker gets at least four.
 *
 * @param cost the estimated multiply-adds per picture; 0 if they are not known
 */
export function chooseParts({
  pictures,
  cost,
  workers,
}: {
  readonly pictures: number;
  readonly cost: number;
  readonly workers: number;
}): number {
  const seconds = pictures * (cost > 0 ? READING + cost / SPEED : UNKNOWN);
  return Math.max(1, Math.min(pictures, Math.max(Math.ceil(seconds / PART_SECONDS), PER_WORKER * workers)));
}

/** The items of a part: parts follow each other in the list, and have the same number of items, give or take one. */
export function partOf<Item>(items: readonly Item[], part: number, parts: number): readonly Item[] {
  const from = (number: number): number => Math.floor((number * items.length) / parts);
  return items.slice(from(part - 1), from(part));
}

/** Writes the pictures of each part into the folder of a run, and returns the hashes of these lists. */
export async function writeLists(
  folder: RunFolder,
  files: readonly ListedPicture[],
  parts: number,
): Promise<readonly string[]> {
  const numbers = Array.from({ length: parts }, (_, i) => i + 1);
  return someAtATime(numbers, (part) => folder.writeList(part, partOf(files, part, parts)));
}

/**
 * Adds the sizes of the files to a listing, and makes their paths absolute. URLs have no size.
 *
 * @throws DeconvnetError `pictures-not-found` if a file does not exist any more.
 */
export async function withSizes(files: readonly PictureFile[]): Promise<ListedPicture[]> {
  return someAtATime(files, withSize);
}

async function someAtATime<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(from, from + AT_A_TIME).map(work))));
  }
  return results;
}

/** The beginnings of the URLs in a listing, with their hosts, each once. */
export function originsIn(files: readonly PictureFile[]): string[] {
  return [...new Set(files.flatMap(({ path }) => originOf(path) ?? []))].sort();
}

async function withSize(file: PictureFile): Promise<ListedPicture> {
  if (isUrl(file.path)) return file;
  const found = await stat(file.path).catch(() => undefined);
  if (found) return { ...file, path: resolve(file.path), bytes: found.size };
  throw new DeconvnetError(
    'pictures-not-found',
    `The picture ${file.path} does not exist any more. List the pictures again.`,
  );
}
