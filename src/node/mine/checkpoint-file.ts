import { access, readFile, rename } from 'node:fs/promises';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { writeAtomically } from '../write-atomically.js';
import { type Checkpoint, checkpointBytes, readCheckpointBytes } from './checkpoint-bytes.js';
import { checkpointPaths } from './checkpoint-paths.js';
import { identityDifferences, type RunIdentity } from './run-identity.js';

/** The file with a run's checkpoint, and the file beside it with the previous checkpoint. */
export class CheckpointFile {
  readonly path: string;
  readonly #former: string;
  readonly #damaged: string;
  readonly #mayWrite: () => Promise<boolean>;

  /** @param mayWrite says before each write whether this process may still write; by default it always may */
  constructor(path: string, mayWrite: () => Promise<boolean> = async () => true) {
    this.path = path;
    this.#mayWrite = mayWrite;
    const { former, damaged } = checkpointPaths(path);
    this.#former = former;
    this.#damaged = damaged;
  }

  /** Whether one of the two files exists, damaged or not. */
  async exists(): Promise<boolean> {
    for (const path of [this.path, this.#former]) {
      if (await isThere(path)) return true;
    }
    return false;
  }

  /**
   * Writes a checkpoint. The one that was there becomes the previous one.
   *
   * @throws DeconvnetError `write-failed`. The last checkpoint that was written is then still in one of the two files.
   */
  async write(checkpoint: Checkpoint): Promise<void> {
    const mayRename = async (): Promise<void> => {
      if (!(await this.#mayWrite())) throw new Error('another worker may have taken over this part');
    };
    try {
      await mayRename();
      await writeAtomically(this.path, checkpointBytes(checkpoint), { former: this.#former, mayRename });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new DeconvnetError(
        'write-failed',
        `The checkpoint ${this.path} cannot be written: ${why}. The checkpoint written before it is still valid. Free some space, or choose a file in a folder that you can write to.`,
        { cause },
      );
    }
  }

  /**
   * Reads the checkpoint of a run, or the previous one if the last is damaged or missing. Returns undefined if there is
   * neither.
   *
   * @param onWarning called if the last checkpoint is damaged
   * @throws DeconvnetError `state-unreadable` if there is a checkpoint and none can be read; `state-mismatch`, which names
   * the differences, if it belongs to another run.
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
      const said = faults.map(([path, one]) => `${path}: ${one ? one.fault : 'it does not exist'}`).join('; ');
      throw new DeconvnetError(
        'state-unreadable',
        `No checkpoint can be read. ${said}. Remove them to start again, or choose another file.`,
      );
    }
    const checked = this.#checked(former, run);
    if (last) {
      const aside = this.#damaged;
      // Otherwise the next write would make the damaged one the previous one, and the valid one would be lost.
      await rename(this.path, aside);
      onWarning(
        new DeconvnetError(
          'state-unreadable',
          `The checkpoint ${this.path} cannot be read: ${last.fault}. It was renamed to ${aside}, and the run resumes from the previous checkpoint, ${this.#former}.`,
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
      `The checkpoint ${this.path} belongs to another run. ${differences.join('; ')}. Use the same model, pictures and options as that run, or choose another file.`,
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
