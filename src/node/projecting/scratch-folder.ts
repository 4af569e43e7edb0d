import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { orWriteFailed } from './or-write-failed.js';
import { findScratchList, type PatchPlace, type ScratchPlace } from './scratch-file.js';

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
   * @param parent the folder that contains it
   * @param identity all that the projections depend on
   * @param options `alone`: whether whatever else is in the parent belongs to a gallery that this one replaces, and is
   * removed. Other processes may use the folder at the same time.
   * @throws DeconvnetError `write-failed`.
   */
  static async open(parent: string, identity: unknown, { alone }: { readonly alone: boolean }): Promise<ScratchFolder> {
    const name = ScratchFolder.nameOf(identity);
    const path = join(parent, name);
    const files = await orWriteFailed(path, async () => {
      await mkdir(path, { recursive: true });
      if (alone) await removeOthers(parent, name);
      return readdir(path);
    });
    return new ScratchFolder(parent, path, new Set(files.filter((file) => file.endsWith(EXTENSION))));
  }

  /** The name of the folder for an identity: a hash of it. */
  static nameOf(identity: unknown): string {
    return hashOf(JSON.stringify(identity));
  }

  /** The file of a picture. */
  fileOf(id: string): string {
    return join(this.path, nameOf(id));
  }

  /** Whether all patches of a picture were in its file when the folder was opened. */
  has(id: string): boolean {
    return this.#complete.has(nameOf(id));
  }

  /** Finds all patches in the files of some pictures. */
  async index(ids: Iterable<string>): Promise<ScratchIndex> {
    const places = new Map<string, ScratchPlace>();
    const absent: string[] = [];
    for (const id of ids) {
      const list = await findScratchList(this.fileOf(id));
      if (!list) absent.push(id);
      for (const place of list ?? []) places.set(keyOf(place.entry), place);
    }
    return { patches: places.size, absent, find: (place) => places.get(keyOf(place)) };
  }

  /** Removes the folder with all its files. */
  async remove(): Promise<void> {
    // A process that still writes a draft into it makes that fail at first.
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
    const left = await readdir(this.#parent).catch(() => ['']);
    if (left.length === 0) await rm(this.#parent, { recursive: true, force: true });
  }
}

/** The patches of some pictures that are kept in a scratch folder. */
export interface ScratchIndex {
  /** How many patches are kept. */
  readonly patches: number;
  /** The pictures that have not been projected. */
  readonly absent: readonly string[];
  /** Where it is; undefined if its picture was left out. */
  find(patch: PatchPlace): ScratchPlace | undefined;
}

/** Removes the folders of other identities. What another process removes at the same time is no error. */
async function removeOthers(parent: string, own: string): Promise<void> {
  for (const other of await readdir(parent)) {
    if (other === own || !/^[0-9a-f]{24}$/.test(other)) continue;
    await rm(join(parent, other), { recursive: true, force: true, maxRetries: 5 });
  }
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
