import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import type { GalleryFile } from './gallery-page.js';

/** What tells a gallery's page from others. */
export const GENERATOR = '<meta name="generator" content="deconvnet">';

const SPRITES = 'sprites';
const SPRITE_NAME = /^[a-z0-9-]+\.[0-9a-f]{8}\.png$/;

/** Makes a file of a picture. */
export type PictureEncoder = (picture: Picture) => Promise<Uint8Array>;

/**
 * The folder of a gallery. A sprite sheet's name holds a hash of its bytes, so that a gallery that is written over an
 * older one leaves the older page whole until its own is complete.
 */
export class GalleryFolder {
  readonly #out: string;
  readonly #encode: PictureEncoder;
  readonly #written = new Set<string>();

  private constructor(out: string, encode: PictureEncoder) {
    this.#out = out;
    this.#encode = encode;
  }

  /**
   * Makes the folder where it is missing.
   *
   * @throws DeconvnetError `write-failed`, also where a page lies in it that is no gallery.
   */
  static async open(out: string, encode: PictureEncoder): Promise<GalleryFolder> {
    await checkGalleryFolder(out);
    await orWriteFailed(out, () => mkdir(join(out, SPRITES), { recursive: true }));
    return new GalleryFolder(out, encode);
  }

  /** Writes one picture under a name like the one wished for. */
  async writeSprite(wish: string, picture: Picture): Promise<GalleryFile> {
    const bytes = await this.#encode(picture);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
    const name = `${slug(wish)}.${hash}.png`;
    const path = join(this.#out, SPRITES, name);
    await orWriteFailed(path, () => writeFile(path, bytes));
    this.#written.add(name);
    return { file: `${SPRITES}/${name}`, width: picture.width, height: picture.height };
  }

  /** Writes the page, whole or not at all, then removes sprite sheets that only an older page used. */
  async finish(html: string): Promise<string> {
    const index = join(this.#out, 'index.html');
    const draft = `${index}.part`;
    await orWriteFailed(index, async () => {
      await writeFile(draft, html);
      await rename(draft, index);
      for (const name of await readdir(join(this.#out, SPRITES))) {
        if (SPRITE_NAME.test(name) && !this.#written.has(name)) await rm(join(this.#out, SPRITES, name));
      }
    });
    return index;
  }
}

/**
 * Checks that a folder holds nothing that a gallery cannot be written beside.
 *
 * @throws DeconvnetError `write-failed`.
 */
export async function checkGalleryFolder(out: string): Promise<void> {
  const index = join(out, 'index.html');
  const sprites = join(out, SPRITES);
  const taken = (path: string, why: string): DeconvnetError =>
    new DeconvnetError(
      'write-failed',
      `There is ${path} already, and it is ${why}: name another folder, or move it away.`,
    );
  const found = await stat(sprites).catch(() => undefined);
  if (found && !found.isDirectory()) throw taken(sprites, 'not a folder');
  const page = await readFile(index, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') throw taken(index, 'a folder');
  });
  if (page !== undefined && !page.includes(GENERATOR)) throw taken(index, 'no gallery of deconvnet');
}

/** A layer's name as part of a file name that every system takes. */
function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'layer' : plain;
}

async function orWriteFailed<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeconvnetError('write-failed', `The gallery could not be written to '${path}': ${why}`, { cause });
  }
}
