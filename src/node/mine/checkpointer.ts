import type { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Checkpoint } from './checkpoint-bytes.js';
import type { CheckpointFile } from './checkpoint-file.js';

/** Writes checkpoints of a run that goes on meanwhile. */
export class Checkpointer {
  readonly #file: CheckpointFile;
  readonly #every: number;
  readonly #make: () => Checkpoint;
  readonly #onWarning: (warning: DeconvnetError) => void;
  #last = Date.now();
  #writing: Promise<void> | undefined;
  /** What `onWarning` threw. */
  #fault: { readonly error: unknown } | undefined;

  /**
   * @param every seconds between two of them, at least
   * @param make the run as it stands
   * @param onWarning told where one cannot be written: the run goes on, and the one before stays good
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

  /** Begins to write one if it is time; the run need not wait for it. */
  tick(): void {
    if (this.#writing || Date.now() - this.#last < this.#every * 1000) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes the run as it stands, and waits until it is on the disk. Rejects only with what `onWarning` threw. */
  async finish(): Promise<void> {
    await this.#writing;
    await this.#write();
    if (this.#fault) throw this.#fault.error;
  }

  /** Never rejects, since nobody may be waiting: what goes wrong is a warning. */
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
