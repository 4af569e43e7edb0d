import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import type { Size } from '../../render/resize-grid.js';
import { orWriteFailed } from '../projecting/or-write-failed.js';
import { ownDraft } from '../write-atomically.js';
import type { SpriteEncoding } from './encode-sprite.js';
import type { GalleryFile } from './gallery-page.js';

/** The element by which the page of a gallery is recognised. */
export const GENERATOR = '<meta name="generator" content="deconvnet">';

/** The folders beside the page, and the names of the files that a gallery writes into them. */
const FOLDERS = {
  sprites: /^[a-z0-9-]+\.[0-9a-f]{8}\.(png|webp)$/,
  data: /^[a-z0-9-]+\.[0-9a-f]{8}\.js$/,
} as const;

/** The end of the names of drafts, which a process that was killed leaves behind. */
const LEFT_DRAFT = /\.[0-9a-f-]{36}\.part$/;

type Folder = keyof typeof FOLDERS;
const NAMES = Object.keys(FOLDERS) as Folder[];

/** Encodes a picture as the bytes of a file. */
export type PictureEncoder = (picture: Picture, encoding: SpriteEncoding) => Promise<Uint8Array>;

/**
 * The folder of a gallery: the page, sprite sheets in `sprites/` and scripts with the data of the layers in `data/`. The
 * name of each of these files contains a hash of its bytes. Therefore, while a gallery is written over an older one, the
 * older page keeps its files until the new page is complete.
 */
export class GalleryFolder {
  readonly #out: string;
  readonly #encode: PictureEncoder;
  /** The files that were written, and their sizes. */
  readonly #written = new Map<string, number>();

  private constructor(out: string, encode: PictureEncoder) {
    this.#out = out;
    this.#encode = encode;
  }

  /**
   * Opens the folder, and makes it if it is missing.
   *
   * @throws DeconvnetError `write-failed`, also if the folder contains a page that is not a gallery.
   */
  static async open(out: string, encode: PictureEncoder): Promise<GalleryFolder> {
    await checkGalleryFolder(out);
    for (const folder of NAMES) await orWriteFailed(out, () => mkdir(join(out, folder), { recursive: true }));
    return new GalleryFolder(out, encode);
  }

  /** Encodes a picture as the bytes of a file. */
  async encode(picture: Picture, encoding: SpriteEncoding): Promise<Uint8Array> {
    return this.#encode(picture, encoding);
  }

  /** Writes one picture. The name of its file begins with the given name, in letters that every system allows. */
  async writeSprite(title: string, picture: Picture, encoding: SpriteEncoding = 'png'): Promise<GalleryFile> {
    const extension = encoding === 'png' ? 'png' : 'webp';
    const file = await this.#write('sprites', title, extension, await this.encode(picture, encoding));
    return { file, width: picture.width, height: picture.height };
  }

  /** Writes one picture that has been encoded as a PNG. */
  async writePng(title: string, png: Uint8Array, { width, height }: Size): Promise<GalleryFile> {
    return { file: await this.#write('sprites', title, 'png', png), width, height };
  }

  /**
   * Keeps a file that an earlier run wrote.
   *
   * @returns whether the file is there, with the bytes of which its name contains the hash
   */
  async keep(file: string): Promise<boolean> {
    const bytes = await readFile(join(this.#out, file)).catch(() => undefined);
    if (!bytes || !isWhole(file, bytes)) return false;
    this.#written.set(file, bytes.length);
    return true;
  }

  /**
   * Writes a script that the page loads when it needs it. A page that was opened from disk may not read any other file
   * than pictures, styles and scripts.
   *
   * @returns the path of the file, relative to the page
   */
  async writeScript(title: string, text: string): Promise<string> {
    return this.#write('data', title, 'js', new TextEncoder().encode(text));
  }

  /**
   * Copies a file of another gallery, unless it is there.
   *
   * @param file its path, relative to the page; its name contains a hash of the bytes
   */
  async copy(file: string, bytes: Uint8Array): Promise<void> {
    if (!(await this.keep(file))) await this.#put(file, bytes);
  }

  /** Writes the page, whole or not at all, then removes the files that only an older page used. */
  async finish(html: string): Promise<string> {
    const index = join(this.#out, 'index.html');
    await this.#put('index.html', Buffer.from(html));
    await orWriteFailed(index, async () => {
      for (const name of await readdir(this.#out)) {
        if (name !== 'index.html' && name.replace(LEFT_DRAFT, '') === 'index.html')
          await rm(join(this.#out, name), { force: true });
      }
      for (const folder of NAMES) {
        for (const name of await readdir(join(this.#out, folder))) {
          const file = `${folder}/${name}`;
          const isOurs = FOLDERS[folder].test(name.replace(LEFT_DRAFT, ''));
          if (isOurs && !this.#written.has(file)) await rm(join(this.#out, file), { force: true });
        }
      }
    });
    return index;
  }

  /** The size of the files that were written, in bytes. */
  get bytes(): number {
    return [...this.#written.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  async #write(folder: Folder, title: string, extension: 'png' | 'webp' | 'js', bytes: Uint8Array): Promise<string> {
    const file = `${folder}/${slug(title)}.${hashOf(bytes)}.${extension}`;
    await this.#put(file, bytes);
    return file;
  }

  /** Writes a file whole or not at all. Several processes may write the same one at the same time. */
  async #put(file: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.#out, file);
    const draft = ownDraft(path);
    await orWriteFailed(path, async () => {
      try {
        await writeFile(draft, bytes);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw error;
      }
    });
    this.#written.set(file, bytes.length);
  }
}

/**
 * Checks that a gallery can be written into a folder: that it contains no other page, and no file named `sprites` or `data`.
 *
 * @throws DeconvnetError `write-failed`.
 */
export async function checkGalleryFolder(out: string): Promise<void> {
  const index = join(out, 'index.html');
  const taken = (path: string, why: string): DeconvnetError =>
    new DeconvnetError(
      'write-failed',
      `${path} exists already, and it is ${why}. Choose another folder, or move it away.`,
    );
  for (const folder of NAMES) {
    const path = join(out, folder);
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isDirectory()) throw taken(path, 'not a folder');
  }
  const page = await readFile(index, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') throw taken(index, 'a folder');
  });
  if (page !== undefined && !page.includes(GENERATOR)) throw taken(index, 'not a gallery of deconvnet');
}

/**
 * The names of the files in the folders of a gallery, by the rules by which a gallery names them.
 *
 * @returns paths relative to the page
 */
export async function filesOfGallery(out: string): Promise<string[]> {
  const names = await Promise.all(NAMES.map(async (folder) => ({ folder, files: await readdir(join(out, folder)) })));
  return names.flatMap(({ folder, files }) =>
    files.filter((name) => FOLDERS[folder].test(name)).map((name) => `${folder}/${name}`),
  );
}

/** Whether a file has the bytes of which its name contains the hash. */
export function isWhole(file: string, bytes: Uint8Array): boolean {
  return file.includes(`.${hashOf(bytes)}.`);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 8);
}

/** A layer's name as part of a file name that every system allows. */
function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'layer' : plain;
}
