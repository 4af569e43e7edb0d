import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import type { PictureFile } from './list-pictures.js';
import { type ReadPictureOptions, readPicture } from './read-picture.js';

/** Decoding runs beside the computation; this many pictures are decoded while the consumer works. */
const AHEAD = 4;

/** A file with its picture, or with what keeps it from being read. */
export interface ReadFile {
  readonly file: PictureFile;
  readonly picture: Picture | DeconvnetError;
}

/** Reads files one after the other, in order, the next ones while the consumer works. */
export async function* readAhead(
  files: readonly PictureFile[],
  options: ReadPictureOptions,
): AsyncGenerator<ReadFile, void, undefined> {
  const started: Promise<ReadFile | { readonly fault: unknown }>[] = [];
  for (let i = 0; i < files.length + AHEAD; i++) {
    const next = files[i];
    // A rejection nobody awaits yet would end the process, so faults travel as values.
    if (next) started.push(readOne(next, options).catch((fault: unknown) => ({ fault })));
    if (i < AHEAD) continue;
    const done = await started.shift();
    if (!done) return;
    if ('fault' in done) throw done.fault;
    yield done;
  }
}

async function readOne(file: PictureFile, options: ReadPictureOptions): Promise<ReadFile> {
  try {
    return { file, picture: await readPicture(file.path, options) };
  } catch (error) {
    // A file that was there when the folder was listed may be gone by now: that is no reason to stop either.
    const passedOver =
      error instanceof DeconvnetError && (error.code === 'picture-unreadable' || error.code === 'pictures-not-found');
    if (passedOver) return { file, picture: error };
    throw error;
  }
}
