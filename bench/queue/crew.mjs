import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How many processes the simulated workers share. */
const PROCESSES = 4;

/** Processes of simulated workers, of which some are killed while they work. */
export class Crew {
  /** How often parts were begun and done, and the bytes that were read and written for them. */
  begun = 0;
  done = 0;
  read = 0;
  written = 0;
  /** When the first and the last part was done, in milliseconds since 1970. */
  first = 0;
  last = 0;
  killed = 0;
  #options;
  #children = [];

  /**
   * @param options `workers`: how many in all; `parts`; `kills`: how often a process is killed, and another one started;
   * `job`: what each process is told
   */
  constructor(options) {
    this.#options = options;
    for (let i = 0; i < PROCESSES; i++) this.#children.push(this.#start(i));
  }

  end() {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #start(i) {
    const { workers, job } = this.#options;
    const name = `machine-${i}-${this.killed}`;
    const file = fileURLToPath(new URL('simulated-workers.mjs', import.meta.url));
    const count = Math.ceil((workers - i) / PROCESSES);
    const child = fork(file, [JSON.stringify({ ...job, workers: count, name })]);
    child.on('message', ({ begun, read, written }) => {
      if (begun !== undefined) {
        this.begun++;
        return;
      }
      this.done++;
      this.read += read;
      this.written += written;
      this.last = Date.now();
      this.first ||= this.last;
      const { parts, kills } = this.#options;
      // The kills are spread over the first nine tenths of the run.
      if (this.killed < kills && this.done >= (0.9 * parts * (this.killed + 1)) / (kills + 1)) this.#kill();
    });
    return child;
  }

  #kill() {
    const i = this.killed++ % PROCESSES;
    this.#children[i].kill('SIGKILL');
    this.#children[i] = this.#start(i);
  }
}
