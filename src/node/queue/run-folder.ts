import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkpointPaths } from '../mine/checkpoint-paths.js';
import { readFault } from '../read-fault.js';
import { ownDraft, writeAtomically } from '../write-atomically.js';
import type { RunRecord } from './run-record.js';

/** The file with the record of the run. */
export const RUN_FILE = 'run.json';
/** The digits of the number of a part in names of files. */
const DIGITS = 6;

/** The folder of a run, which all its machines share. Every file in it is written whole, or not at all. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Writes a list that workers will read, and returns its SHA-256. It is not flushed to the disk, since there are thousands:
   * if it gets lost, its hash shows it, and a run that is started again writes all lists again.
   */
  async writeList(part: number, list: readonly object[]): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(list));
    await this.write(this.#listOf(part), [bytes], { flush: false });
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
  async write(
    path: string,
    pieces: Iterable<Uint8Array>,
    { flush = true }: { readonly flush?: boolean } = {},
  ): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(path, pieces, { flush, draft: ownDraft(path) });
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

  /** The state that a gallery is made of. */
  get state(): string {
    return join(this.path, 'mined.state');
  }

  /** The folder in which a gallery is made. */
  get gallery(): string {
    return join(this.path, 'gallery');
  }

  /** What is known of a gallery that is finished. */
  get drawn(): string {
    return join(this.path, 'drawn.json');
  }

  /** The state that was merged from all parts. */
  get merged(): string {
    return join(this.path, 'merged.result');
  }

  /** Whether the result of the run is there. */
  async isFinished(): Promise<boolean> {
    for (const path of [this.merged, this.drawn]) if (await stat(path).catch(() => undefined)) return true;
    return false;
  }

  /** Removes the result of the run, which is made again. What was drawn of a gallery stays. */
  async removeResult(): Promise<void> {
    for (const path of [this.merged, this.drawn]) await rm(path, { force: true });
  }

  /** Removes all but the result of the run. */
  async removeParts(): Promise<void> {
    // Whoever was killed while merging has left a draft.
    const drafts = (await readdir(this.path).catch(() => [])).filter((name) =>
      name.startsWith(`${basename(this.merged)}.`),
    );
    for (const name of ['lists', 'work', 'results', 'mined.state', ...drafts]) {
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

/**
 * The folder of a run on this machine. Somebody else may have begun the run with another shared folder, which is then the
 * one that its workers use.
 *
 * @param goesOn whether the run goes on; otherwise it can begin again in the own folder
 * @throws DeconvnetError `state-unreadable` if the run goes on, and its folder is not on this machine.
 */
export async function folderOf(record: RunRecord | undefined, own: string, goesOn: boolean): Promise<string> {
  if (!record) return own;
  for (const path of [own, record.folder]) {
    const text = await readFile(join(path, RUN_FILE), 'utf8').catch(() => undefined);
    if (text !== undefined && (JSON.parse(text) as RunRecord).created === record.created) return path;
  }
  if (!goesOn) return own;
  throw new DeconvnetError(
    'state-unreadable',
    `The folder of the run ${record.id} is neither ${own} nor ${record.folder} on this machine. Give the shared folder of the run.`,
  );
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
