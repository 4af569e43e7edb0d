import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import type { Picture } from '../../input/picture.js';
import type { PatchPixels } from '../../mine/patch.js';
import type { ReadProjection } from '../../render/read-projection.js';
import { ownDraft } from '../write-atomically.js';
import { orWriteFailed } from './or-write-failed.js';

/** Which patch of which feature map. */
export interface PatchPlace {
  readonly layer: string;
  readonly featureMap: number;
  /** Its place in the list of the feature map: 0 is the strongest. */
  readonly rank: number;
}

/** What is kept of one patch until its feature map is drawn. */
export interface KeptPatch extends PatchPlace {
  readonly projection: ReadProjection;
  /** The box in which the signal can land, as a picture, if its pixels are not in the state. */
  readonly picture?: Picture;
  /** The samples of a signal, if they are not in the state. */
  readonly pixels?: PatchPixels;
}

/** Where the values of a patch are in a file. */
interface Entry extends PatchPlace {
  readonly projection: Omit<ReadProjection, 'values'> & Span;
  readonly picture?: Omit<Picture, 'data'> & Span;
  readonly pixels?: Omit<PatchPixels, 'data'> & Span;
}

/** A run of bytes. */
interface Span {
  readonly at: number;
  readonly bytes: number;
}

/** At the end of the name of a file in which patches are missing. */
export const LEFT_OUT = '.left-out';

/** The number of bytes at the end of a file that say how long its list of entries is. */
const TAIL = 8;

/**
 * Writes what is kept of the patches of one picture to a file, patch by patch. The file gets its name when it is complete,
 * so that a file with this name is always complete. Several processes may write the same file at the same time: each has a
 * draft of its own.
 */
export class ScratchWriter {
  readonly #path: string;
  readonly #draft: string;
  readonly #file: FileHandle;
  readonly #entries: Entry[] = [];
  #length = 0;

  private constructor(path: string, draft: string, file: FileHandle) {
    this.#path = path;
    this.#draft = draft;
    this.#file = file;
  }

  /** @throws DeconvnetError `write-failed`, as all its methods do. */
  static async open(path: string): Promise<ScratchWriter> {
    const draft = ownDraft(path);
    return new ScratchWriter(path, draft, await orWriteFailed(path, () => open(draft, 'w')));
  }

  async add({ projection, picture, pixels, ...place }: KeptPatch): Promise<void> {
    const { values, ...details } = projection;
    this.#entries.push({
      ...place,
      projection: { ...details, ...(await this.#append(new Float32Array(values))) },
      ...(picture && {
        picture: { width: picture.width, height: picture.height, ...(await this.#append(picture.data)) },
      }),
      ...(pixels && { pixels: { shape: pixels.shape, start: pixels.start, ...(await this.#append(pixels.data)) } }),
    });
  }

  /**
   * Completes the file.
   *
   * @param leftOut whether patches of the picture are missing in it: then another run projects the picture again
   */
  async finish({ leftOut }: { readonly leftOut: boolean }): Promise<void> {
    const list = new TextEncoder().encode(JSON.stringify(this.#entries));
    const tail = new Uint8Array(TAIL);
    new DataView(tail.buffer).setBigUint64(0, BigInt(list.length), true);
    await this.#append(list);
    await this.#append(tail);
    const partial = `${this.#path}${LEFT_OUT}`;
    await orWriteFailed(this.#path, async () => {
      await this.#file.close();
      await rename(this.#draft, leftOut ? partial : this.#path);
      if (!leftOut) await rm(partial, { force: true });
    });
  }

  /** Removes what was written, if the file is not complete. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#draft, { force: true }).catch(() => undefined);
  }

  async #append(data: Uint8Array | Uint8ClampedArray | Float32Array): Promise<Span> {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const at = this.#length;
    await orWriteFailed(this.#path, async () => {
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
      }
    });
    this.#length += bytes.length;
    return { at, bytes: bytes.length };
  }
}

/** Where a patch is in a file that is complete. It is plain data. */
export interface ScratchPlace {
  readonly path: string;
  readonly entry: Entry;
  /** A hash of the file if patches are missing in it: another run writes it again. Empty for other files. */
  readonly version: string;
}

/**
 * Reads the list of the patches of a picture: of the complete file or, if there is none, of the file in which patches are
 * missing.
 *
 * @returns undefined if there is neither
 */
export async function findScratchList(path: string): Promise<ScratchPlace[] | undefined> {
  // Another process removes the second file when it has completed the first one.
  for (const one of [path, `${path}${LEFT_OUT}`, path]) {
    try {
      return await readScratchList(one);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** Reads the list of the patches in a file. */
export async function readScratchList(path: string): Promise<ScratchPlace[]> {
  const version = path.endsWith(LEFT_OUT)
    ? createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
    : '';
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const tail = await read(file, { at: size - TAIL, bytes: TAIL });
    const length = Number(new DataView(tail).getBigUint64(0, true));
    const list = await read(file, { at: size - TAIL - length, bytes: length });
    const entries = JSON.parse(new TextDecoder().decode(list)) as Entry[];
    return entries.map((entry) => ({ path, entry, version }));
  } finally {
    await file.close();
  }
}

/** Reads what was kept of one patch. */
export async function readScratch({ path, entry }: ScratchPlace): Promise<KeptPatch> {
  const file = await open(path, 'r');
  try {
    const { projection, picture, pixels, ...place } = entry;
    const { at, bytes, ...details } = projection;
    return {
      ...place,
      projection: { ...details, values: new Float32Array(await read(file, { at, bytes })) },
      ...(picture && {
        picture: {
          width: picture.width,
          height: picture.height,
          data: new Uint8ClampedArray(await read(file, picture)),
        },
      }),
      ...(pixels && {
        pixels: { shape: pixels.shape, start: pixels.start, data: new Float32Array(await read(file, pixels)) },
      }),
    };
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, { at, bytes }: Span): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(bytes);
  const { bytesRead } = await file.read(new Uint8Array(buffer), 0, bytes, at);
  if (bytesRead !== bytes) throw new Error('The file is shorter than its list says.');
  return buffer;
}
