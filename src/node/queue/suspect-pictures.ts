import type { LeftOut } from '../mine/mine-chunk.js';
import type { ProcessLost } from './task-process.js';

/** A picture is set aside if it was the only one that was being mined when a process ended, this often. */
const MAX_DEATHS = 2;
/** If a process ends this often, one time after the other, without mining anything, the pictures are not the cause. */
const MAX_IDLE_DEATHS = 3;

/** If this many pictures of a part ended processes, the pictures are not the cause: memory may be short. */
const MAX_CONDEMNED = 16;

/** Finds the pictures of a part that end the process that mines them. */
export class SuspectPictures {
  /** Pictures that were being mined when a process ended. */
  suspects: readonly string[] = [];
  /** Pictures that are set aside. */
  readonly condemned: LeftOut[] = [];
  /** How often a process ended while it mined this picture alone. */
  readonly #deaths = new Map<string, number>();
  #idle = 0;

  /**
   * Notes that a process has ended.
   *
   * @returns whether it makes sense to go on
   */
  ended({ chunks, message }: ProcessLost): boolean {
    const ids = chunks.flat();
    if (ids.length === 0) return ++this.#idle < MAX_IDLE_DEATHS;
    this.#idle = 0;
    this.suspects = ids;
    const [id] = ids as [string, ...string[]];
    if (ids.length > 1) return true;
    const deaths = (this.#deaths.get(id) ?? 0) + 1;
    this.#deaths.set(id, deaths);
    if (deaths >= MAX_DEATHS) {
      const reason = `The picture '${id}' made a worker end ${MAX_DEATHS} times: ${message}.`;
      this.condemned.push({ id, code: 'worker-failed', reason });
    }
    return this.condemned.length < MAX_CONDEMNED;
  }
}
