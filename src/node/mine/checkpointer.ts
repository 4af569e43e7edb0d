import type { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Checkpoint } from './checkpoint-bytes.js';
import type { CheckpointFile } from './checkpoint-file.js';

/** Writes checkpoints of a run while it continues. */
export class Checkpointer {
  readonly #file: CheckpointFile;
  readonly #every: number;
  readonly #make: () => Checkpoint;
  readonly #onWarning: (warning: DeconvnetError) => void;
  #last = Date.now();
  #writing: Promise<void> | undefined;
  /** The first error that `onWarning` threw. */
  #fault: { readonly error: unknown } | undefined;

  /**
   * @param every the least number of seconds between two checkpoints
   * @param make makes a checkpoint of the run at that moment
   * @param onWarning called if a checkpoint cannot be written: the run continues, and the checkpoint before it is valid
   */
  constructor(
    file: CheckpointFile,
    {
      every,
      make,
      onWarning,
    }: {
      readonly every: number;
      readonly make: () => Checkpoint;
      readonly onWarning: (warning: DeconvnetError) => void;
    },
  ) {
    this.#file = file;
    this.#every = every;
    this.#make = make;
    this.#onWarning = onWarning;
  }

  /** Begins to write a checkpoint if the time has come. The run need not wait for it. */
  tick(): void {
    if (this.#writing || Date.now() - this.#last < this.#every * 1000) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes a last checkpoint, and waits until it is on the disk. Rejects only with the error that `onWarning` threw. */
  async finish(): Promise<void> {
    await this.#writing;
    await this.#write();
    if (this.#fault) throw this.#fault.error;
  }

  /** Never rejects, because nobody may be waiting for it. An error becomes a warning. */
  async #write(): Promise<void> {
    try {
      await this.#file.write(this.#make());
    } catch (error) {
      try {
        this.#onWarning(error as DeconvnetError);
      } catch (thrown) {
        this.#fault ??= { error: thrown };
      }
    }
    this.#last = Date.now();
  }
}
