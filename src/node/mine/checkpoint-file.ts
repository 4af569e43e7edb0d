import { access, readFile, rename } from 'node:fs/promises';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type Checkpoint, checkpointBytes, readCheckpointBytes } from './checkpoint-bytes.js';
import { checkpointPaths } from './checkpoint-paths.js';
import { identityDifferences, type RunIdentity } from './run-identity.js';
import { writeAtomically } from './write-atomically.js';

/** The file of a run's checkpoint, and beside it the one before. */
export class CheckpointFile {
  readonly path: string;
  readonly #former: string;
  readonly #damaged: string;

  constructor(path: string) {
    this.path = path;
    const { former, damaged } = checkpointPaths(path);
    this.#former = former;
    this.#damaged = damaged;
  }

  /** Whether there is something to go on with, sound or not. */
  async exists(): Promise<boolean> {
    for (const path of [this.path, this.#former]) {
      if (await isThere(path)) return true;
    }
    return false;
  }

  /**
   * Writes a checkpoint; the one that was there becomes the former one.
   *
   * @throws DeconvnetError `write-failed`; the last one that was written is still there, as the file or the one before.
   */
  async write(checkpoint: Checkpoint): Promise<void> {
    try {
      await writeAtomically(this.path, checkpointBytes(checkpoint), { former: this.#former });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new DeconvnetError(
        'write-failed',
        `The checkpoint ${this.path} cannot be written: ${why}. One that was written before stays good. Make room, or name a file in a folder you can write to.`,
        { cause },
      );
    }
  }

  /**
   * Reads the checkpoint of a run; the former one where the last is damaged or missing. Undefined where there is none.
   *
   * @param onWarning told when the former one had to be taken
   * @throws DeconvnetError `state-unreadable` where neither can be read; `state-mismatch` where it is of another run,
   * saying in what they differ.
   */
  async read(run: RunIdentity, onWarning: (warning: DeconvnetError) => void): Promise<Checkpoint | undefined> {
    const last = await this.#readOne(this.path);
    if (last && !('fault' in last)) return this.#checked(last, run);
    const former = await this.#readOne(this.#former);
    if (!last && !former) return undefined;
    if (!former || 'fault' in former) {
      const faults = [
        [this.path, last],
        [this.#former, former],
      ] as const;
      const said = faults.map(([path, one]) => `${path}: ${one ? one.fault : 'there is none'}`).join('; ');
      throw new DeconvnetError(
        'state-unreadable',
        `No checkpoint can be read. ${said}. Remove them to begin from the start, or name another file.`,
      );
    }
    const checked = this.#checked(former, run);
    if (last) {
      const aside = this.#damaged;
      // Else the next checkpoint would make the damaged one the former one, and the sound one would be lost.
      await rename(this.path, aside);
      onWarning(
        new DeconvnetError(
          'state-unreadable',
          `The checkpoint ${this.path} cannot be read: ${last.fault}. It was renamed to ${aside}, and the run goes on from the one before, ${this.#former}.`,
        ),
      );
    }
    return checked;
  }

  #checked(checkpoint: Checkpoint, run: RunIdentity): Checkpoint {
    const differences = identityDifferences(checkpoint.run, run);
    if (differences.length === 0) return checkpoint;
    throw new DeconvnetError(
      'state-mismatch',
      `The checkpoint ${this.path} is of another run. ${differences.join('; ')}. Go on with what it was begun with, or name another file.`,
    );
  }

  async #readOne(path: string): Promise<Checkpoint | { readonly fault: string } | undefined> {
    try {
      return readCheckpointBytes(await readFile(path));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? undefined : { fault: message };
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
