import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { ownDraft, writeAtomically } from '../write-atomically.js';

/** The largest size of a file with weights, in bytes. Browsers and servers keep files of this size in their caches. */
const SHARD = 4 * 2 ** 20;
/** The names of the files. They contain a hash of the bytes, so an older model keeps its files until the new one is complete. */
const SHARD_FILE = /^weights-\d+\.[0-9a-f]{8}\.bin$/;

/** Cuts the bytes of weights into files, and writes each file when it is full. */
export class ShardWriter {
  readonly #folder: string;
  readonly #paths: string[] = [];
  #shard: Uint8Array = new Uint8Array(SHARD);
  #filled = 0;
  /** The bytes of all files. */
  bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + SHARD - this.#filled);
      this.#shard.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === SHARD) await this.#flush();
    }
  }

  /** Writes what is left, and returns the names of the files. */
  async end(): Promise<readonly string[]> {
    if (this.#filled > 0) await this.#flush();
    return this.#paths;
  }

  async #flush(): Promise<void> {
    const bytes = this.#shard.subarray(0, this.#filled);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
    const name = `weights-${this.#paths.length + 1}.${hash}.bin`;
    const path = join(this.#folder, name);
    await orModelWriteFailed(path, () => writeAtomically(path, [bytes], { draft: ownDraft(path) }));
    this.#paths.push(name);
    this.bytes += bytes.length;
    this.#filled = 0;
  }
}

/** Removes the weights of the model that was there before. */
export async function removeOlderShards(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (SHARD_FILE.test(name) && !kept.includes(name))
      await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/**
 * Writes a part of a model.
 *
 * @param path what is written, for the message
 * @throws DeconvnetError `write-failed` if the file system refuses.
 */
export async function orModelWriteFailed<T>(path: string, write: () => Promise<T>): Promise<T> {
  return write().catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeconvnetError('write-failed', `The model could not be written to ${path}: ${why}.`, { cause });
  });
}
