import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import { decodePicture } from './decode-picture.js';
import { fetchPicture } from './fetch-picture.js';
import type { Fetching } from './fetching.js';
import { isSignalFile } from './is-signal-file.js';
import type { PictureFile } from './picture-file.js';
import { isUrl } from './picture-url.js';
import { readPicture } from './read-picture.js';
import type { ReadPictureOptions } from './read-picture-options.js';
import { readSignal } from './read-signal.js';
import type { Signal } from './signal.js';

/** How many files are fetched or decoded while the consumer works. Decoding runs beside the computation. */
const AHEAD = 4;

/** A file with its picture or signal, or with the error that reading it gave. */
export interface ReadFile {
  readonly file: PictureFile;
  readonly picture: Picture | Signal | DeconvnetError;
}

/** How files are read. */
export interface Reading {
  readonly picture: ReadPictureOptions;
  /** For pictures that are URLs. */
  readonly fetching: Fetching;
  /** Stops waiting for what is fetched. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads files in order. The next ones are read while the consumer works. */
export async function* readAhead(
  files: readonly PictureFile[],
  reading: Reading,
): AsyncGenerator<ReadFile, void, undefined> {
  const started: Promise<ReadFile | { readonly fault: unknown }>[] = [];
  for (let i = 0; i < files.length + AHEAD; i++) {
    const next = files[i];
    // A rejection that is not awaited yet would end the process, so an error is passed on as a value.
    if (next) started.push(readOne(next, reading).catch((fault: unknown) => ({ fault })));
    if (i < AHEAD) continue;
    const done = await started.shift();
    if (!done) return;
    if ('fault' in done) throw done.fault;
    yield done;
  }
}

async function readOne(file: PictureFile, reading: Reading): Promise<ReadFile> {
  try {
    return { file, picture: await contentOf(file, reading) };
  } catch (error) {
    // A file may have been removed since the folder was listed. It is skipped too.
    const passedOver =
      error instanceof DeconvnetError && (error.code === 'picture-unreadable' || error.code === 'pictures-not-found');
    if (passedOver) return { file, picture: error };
    throw error;
  }
}

async function contentOf(file: PictureFile, { picture, fetching, signal }: Reading): Promise<Picture | Signal> {
  const { id, path } = file;
  if (isUrl(path)) return decodePicture(await fetchPicture(file, fetching, signal), id, picture);
  return isSignalFile(path) ? readSignal(path) : readPicture(path, picture);
}
