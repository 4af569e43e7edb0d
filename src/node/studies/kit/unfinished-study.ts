import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { identityDifferences, type RunIdentity } from '../../mine/run-identity.js';
import { orWriteFailed } from '../../projecting/or-write-failed.js';
import { writeAtomically } from '../../write-atomically.js';
import type { StudyPart } from './study-plan.js';

/** The folder, inside that of a study, with the records of the parts that are finished. */
const UNFINISHED = 'unfinished';
/** The file in it that says of which run the records are. */
const RUN = 'run.json';

/** The records of the parts of a study that are finished. They are kept in files until the page is written. */
export class UnfinishedStudy {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Opens the records of an earlier run, or begins new ones.
   *
   * @throws DeconvnetError `state-mismatch` if the records are those of another run; `state-unreadable`; `write-failed`.
   */
  static async open(out: string, identity: RunIdentity): Promise<UnfinishedStudy> {
    const folder = join(out, UNFINISHED);
    const path = join(folder, RUN);
    const there = await readJson(path);
    const isBegun = there !== undefined && (await hasRecords(folder));
    if (isBegun) {
      const differences = identityDifferences(there as RunIdentity, identity);
      if (differences.length > 0) {
        throw new DeconvnetError(
          'state-mismatch',
          `${folder} contains an unfinished study with other choices: ${differences.join('; ')}. Repeat the same call to finish it, choose another folder, or remove ${folder} to begin again.`,
        );
      }
    }
    const unfinished = new UnfinishedStudy(folder);
    // If no part of the earlier run is finished, as after a mistake in its options, this run begins anew. It uses no records
    // of an unknown run either.
    if (!isBegun) {
      await removeRecords(folder);
      await unfinished.#write(path, identity);
    }
    return unfinished;
  }

  /** The record of a part; undefined if it is not finished. */
  async read({ key }: StudyPart): Promise<unknown> {
    return readJson(this.#path(key));
  }

  /** Keeps the record of a part. */
  async add({ key }: StudyPart, record: unknown): Promise<void> {
    await this.#write(this.#path(key), record);
  }

  /** Removes all records. */
  async remove(): Promise<void> {
    await orWriteFailed(this.#folder, () => rm(this.#folder, { recursive: true, force: true }));
  }

  #path(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`);
  }

  async #write(path: string, value: unknown): Promise<void> {
    await orWriteFailed(path, async () => {
      await mkdir(this.#folder, { recursive: true });
      await writeAtomically(path, [new TextEncoder().encode(JSON.stringify(value))]);
    });
  }
}

async function hasRecords(folder: string): Promise<boolean> {
  return (await recordsIn(folder)).length > 0;
}

async function removeRecords(folder: string): Promise<void> {
  for (const name of await recordsIn(folder)) await orWriteFailed(folder, () => rm(join(folder, name)));
}

/** The names of the files with records of parts. */
async function recordsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.json') && name !== RUN);
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): DeconvnetError {
  return new DeconvnetError(
    'state-unreadable',
    `The record ${path} of an unfinished study cannot be read: ${(cause as Error).message}. Remove it, and repeat the call.`,
    { cause },
  );
}
