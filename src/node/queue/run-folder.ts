import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkpointPaths } from '../mine/checkpoint-paths.js';
import { writeAtomically } from '../mine/write-atomically.js';
import { readFault } from '../read-fault.js';

/** The digits of the number of a part in names of files. */
const DIGITS = 6;

/** The folder of a run, which all its machines share. Every file in it is written whole, or not at all. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Writes a list that workers will read, and returns its SHA-256. */
  async writeList(part: number, list: readonly object[]): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(list));
    await this.write(this.#listOf(part), bytes);
    return sha256(bytes);
  }

  /**
   * Reads a list.
   *
   * @throws DeconvnetError `state-unreadable` if it is not the one that was written.
   */
  async readList<Item>(part: number, hash: string): Promise<Item[]> {
    const path = this.#listOf(part);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw unreadable(path, readFault(cause), cause);
    });
    if (sha256(bytes) !== hash) throw unreadable(path, 'it is not the one that was announced');
    return JSON.parse(bytes.toString()) as Item[];
  }

  /** Writes a file whole, also if several machines write it at the same time. Folders that are missing are made. */
  async write(path: string, bytes: Uint8Array | Iterable<Uint8Array>): Promise<void> {
    const own = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(own, bytes instanceof Uint8Array ? [bytes] : bytes);
      await rename(own, path);
    } catch (cause) {
      throw new DeconvnetError(
        'write-failed',
        `The file ${path} cannot be written: ${cause instanceof Error ? cause.message : cause}. Choose a shared folder that you can write to, with enough space.`,
        { cause },
      );
    }
  }

  /** The result of a part. */
  resultOf(part: number): string {
    return join(this.path, 'results', `${nameOf(part)}.result`);
  }

  async hasResult(part: number): Promise<boolean> {
    return (await stat(this.resultOf(part)).catch(() => undefined)) !== undefined;
  }

  /** The parts that have a result. */
  async results(): Promise<Set<number>> {
    const names = await readdir(join(this.path, 'results')).catch(() => []);
    return new Set(names.filter((name) => name.endsWith('.result')).map((name) => Number.parseInt(name, 10)));
  }

  /**
   * Takes over what an earlier worker has saved of a part, and returns the path of the checkpoint of this worker. An earlier
   * worker that still writes, because nobody has told it to stop, writes to a file of its own.
   */
  async takeOver(part: number, attempt: string): Promise<string> {
    const folder = this.workOf(part);
    await mkdir(folder, { recursive: true });
    const own = join(folder, `${attempt}.checkpoint`);
    const found: { readonly path: string; readonly time: number }[] = [];
    for (const name of await readdir(folder)) {
      // A worker that was killed while it wrote may have left only the previous checkpoint.
      const last = /^(.*\.checkpoint)(\.prev)?$/.exec(name)?.[1];
      if (last === undefined) continue;
      const { mtimeMs = 0 } = (await stat(join(folder, name)).catch(() => undefined)) ?? {};
      found.push({ path: join(folder, last), time: mtimeMs });
    }
    const [last] = found.sort((a, b) => b.time - a.time);
    if (last && last.path !== own) {
      const former = checkpointPaths(last.path).former;
      await rename(former, checkpointPaths(own).former).catch(() => undefined);
      await rename(last.path, own).catch(() => undefined);
    }
    return own;
  }

  /** The folder in which a part is worked on. */
  workOf(part: number): string {
    return join(this.path, 'work', nameOf(part));
  }

  /** Makes a finished checkpoint the result of a part, and removes what was needed for it. */
  async commit(part: number, checkpoint: string): Promise<void> {
    const result = this.resultOf(part);
    await mkdir(dirname(result), { recursive: true });
    await rename(checkpoint, result);
    await rm(this.workOf(part), { recursive: true, force: true });
  }

  /** The state that was merged from all parts. */
  get merged(): string {
    return join(this.path, 'merged.result');
  }

  async hasMerged(): Promise<boolean> {
    return (await stat(this.merged).catch(() => undefined)) !== undefined;
  }

  /** Removes all but the merged state. */
  async removeParts(): Promise<void> {
    // Whoever was killed while merging has left a draft.
    const drafts = (await readdir(this.path).catch(() => [])).filter((name) =>
      name.startsWith(`${basename(this.merged)}.`),
    );
    for (const name of ['lists', 'work', 'results', ...drafts]) {
      await rm(join(this.path, name), { recursive: true, force: true });
    }
  }

  #listOf(part: number): string {
    return join(this.path, 'lists', `${nameOf(part)}.json`);
  }
}

function nameOf(part: number): string {
  return String(part).padStart(DIGITS, '0');
}

/** SHA-256 in hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function unreadable(path: string, why: string, cause?: unknown): DeconvnetError {
  return new DeconvnetError(
    'state-unreadable',
    `The list ${path} cannot be used: ${why}. Check that this machine sees the shared folder of the run.`,
    { cause },
  );
}
