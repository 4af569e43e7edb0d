import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LEFT_OUT, type PatchPlace, readScratchList, type ScratchPlace } from './scratch-file.js';

const EXTENSION = '.patches';

/**
 * A folder in which projections wait on the disk until all patches of their feature map are there. It has one file per
 * picture. The folder is named after all that its files depend on, so that another run can only find its own files.
 */
export class ScratchFolder {
  readonly path: string;
  readonly #parent: string;
  readonly #complete: Set<string>;

  private constructor(parent: string, path: string, complete: Set<string>) {
    this.#parent = parent;
    this.path = path;
    this.#complete = complete;
  }

  /**
   * Opens the folder, and finds what an earlier run has left in it.
   *
   * @param parent the folder that contains it; whatever else is in it belongs to a gallery that this one replaces
   * @param identity all that the projections depend on
   */
  static async open(parent: string, identity: unknown): Promise<ScratchFolder> {
    const name = hashOf(JSON.stringify(identity));
    const path = join(parent, name);
    await mkdir(path, { recursive: true });
    for (const other of await readdir(parent)) {
      if (other !== name && /^[0-9a-f]{24}$/.test(other)) await rm(join(parent, other), { recursive: true });
    }
    const files = await readdir(path);
    return new ScratchFolder(parent, path, new Set(files.filter((file) => file.endsWith(EXTENSION))));
  }

  /** The file of a picture. */
  fileOf(id: string): string {
    return join(this.path, nameOf(id));
  }

  /** Whether all patches of a picture were in its file when the folder was opened. */
  has(id: string): boolean {
    return this.#complete.has(nameOf(id));
  }

  /** Finds all patches in the files. */
  async index(): Promise<ScratchIndex> {
    const places = new Map<string, ScratchPlace>();
    for (const file of (await readdir(this.path)).filter(isWhole)) {
      for (const place of await readScratchList(join(this.path, file))) places.set(keyOf(place.entry), place);
    }
    return { patches: places.size, find: (place) => places.get(keyOf(place)) };
  }

  /** Removes the folder with all its files. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    const left = await readdir(this.#parent).catch(() => ['']);
    if (left.length === 0) await rm(this.#parent, { recursive: true, force: true });
  }
}

/** All patches that are kept in a scratch folder. */
export interface ScratchIndex {
  /** How many patches are kept. */
  readonly patches: number;
  /** Where it is; undefined if its picture was left out. */
  find(patch: PatchPlace): ScratchPlace | undefined;
}

/** Whether a file is not being written any more. */
function isWhole(name: string): boolean {
  return name.endsWith(EXTENSION) || name.endsWith(`${EXTENSION}${LEFT_OUT}`);
}

function keyOf({ layer, featureMap, rank }: PatchPlace): string {
  return `${featureMap}/${rank}/${layer}`;
}

function nameOf(id: string): string {
  return `${hashOf(id)}${EXTENSION}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
