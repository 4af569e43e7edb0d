import { type ListedCheckpoint, NO_CHECKPOINTS } from '../evolution-state';
import type { NamedFile } from '../protocol';
import type { CheckpointFiles, FoundCheckpoints } from '../protocol-evolution';
import { SessionEnded } from '../session';
import { counted } from '../words';
import type { App } from './app';

const SHIPPED = 'shipped/checkpoints.zip';

/** The shipped network was trained for 22 epochs. */
const SHIPPED_END = 'epoch 22';

/** The checkpoints of the open network: models of other times of its training, as files. */
export class Checkpoints {
  readonly #app: App;
  #last = 0;
  /** How many readings have begun. */
  #readings = 0;

  constructor(app: App) {
    this.#app = app;
  }

  /** Takes the checkpoints that are among files, behind those that are there. */
  take(files: readonly NamedFile[]): Promise<void> {
    return this.#reading(async (opened) => {
      const found = await this.#read(files, opened);
      this.#show([...this.#app.state.checkpoints, ...this.#list(found.checkpoints, this.#names())], found);
    });
  }

  /** Takes the checkpoints of the shipped network in the place of those that are there. */
  takeShipped(): Promise<void> {
    return this.#reading(async (opened) => {
      this.#app.set({ status: 'The shipped checkpoints are being fetched.', alert: null });
      const response = await fetch(SHIPPED);
      if (!response.ok)
        throw new Error(
          `The shipped checkpoints are missing: the server answers ${response.status} for ${response.url}.`,
        );
      const found = await this.#read([{ path: SHIPPED, blob: await response.blob() }], opened);
      // Their folders are called epoch-01 and so on.
      const named = found.checkpoints.map(({ name, files }) => ({ name: name.replace(/-0*/, ' '), files }));
      this.#app.set({ openName: SHIPPED_END });
      this.#show(this.#list(named, [SHIPPED_END]), found);
    });
  }

  /** Gives a checkpoint another name, unless that is taken or empty. Null is the open network. */
  rename(key: number | null, name: string): void {
    const { checkpoints, openName } = this.#app.state;
    const former = key === null ? openName : checkpoints.find((one) => one.key === key)?.name;
    if (name === former || name === '') return;
    if (this.#names().includes(name)) {
      this.#app.set({ alert: `Another checkpoint is called ‘${name}’ already. Each has a name of its own.` });
    } else if (key === null) this.#app.set({ openName: name });
    else this.#app.set({ checkpoints: checkpoints.map((one) => (one.key === key ? { ...one, name } : one)) });
  }

  /** Moves a checkpoint by a number of places, to an earlier or a later time. */
  move(key: number, by: number): void {
    const checkpoints = [...this.#app.state.checkpoints];
    const from = checkpoints.findIndex((one) => one.key === key);
    const to = from + by;
    if (from < 0 || to < 0 || to >= checkpoints.length) return;
    const [moved] = checkpoints.splice(from, 1);
    checkpoints.splice(to, 0, moved!);
    this.#app.set({ checkpoints, status: `${moved!.name} is checkpoint ${to + 1} of ${checkpoints.length + 1} now.` });
  }

  remove(key: number): void {
    const { checkpoints } = this.#app.state;
    const removed = checkpoints.find((one) => one.key === key);
    if (!removed) return;
    const left = checkpoints.filter((one) => one !== removed);
    this.#app.set({
      checkpoints: left,
      ...(left.length === 0 && { openName: NO_CHECKPOINTS.openName }),
      status: `${removed.name} was removed.`,
    });
  }

  /**
   * Networks are loaded for a look at them: one at a time, and none while a study loads others.
   *
   * @param work is given the number of the network that the checkpoints belong to
   */
  async #reading(work: (opened: number) => Promise<void>): Promise<void> {
    const { areCheckpointsRead, studying, opened } = this.#app.state;
    if (areCheckpointsRead || studying) {
      const first = studying ? 'Stop the study first' : 'Other checkpoints are being read';
      this.#app.set({ alert: `${first}, or wait until that is finished. Then add these checkpoints.` });
      return;
    }
    const own = ++this.#readings;
    this.#app.set({ areCheckpointsRead: true });
    await this.#app.attempt(async () => {
      try {
        await work(opened);
      } catch (error) {
        if (!(error instanceof SessionEnded)) throw error;
        this.#app.set({ alert: this.#cutOff(opened) });
      } finally {
        // Another network ends a reading. Then the next one may have begun already.
        if (own === this.#readings) this.#app.set({ areCheckpointsRead: false });
      }
    });
  }

  /** Says that checkpoints were not read to the end, behind what is said already. */
  #cutOff(opened: number): string {
    const { alert, opened: now } = this.#app.state;
    const said =
      now === opened
        ? 'The checkpoints were not added, because the page moved to another backend while it read them. Please add them again.'
        : 'The checkpoints were not added, because another network was opened in the meantime.';
    return alert === null ? said : `${alert} ${said}`;
  }

  /** Reads checkpoints of a network, unless another one is open by now. */
  async #read(files: readonly NamedFile[], opened: number): Promise<FoundCheckpoints> {
    if (this.#app.state.opened !== opened) throw new SessionEnded('This network has been closed.');
    this.#app.set({ status: 'The checkpoints are being read.', alert: null });
    return this.#app.ask((explorer) => explorer.readCheckpoints(files));
  }

  #show(checkpoints: readonly ListedCheckpoint[], found: FoundCheckpoints): void {
    const { length } = found.checkpoints;
    this.#app.set({
      checkpoints,
      status:
        length === 0 ? 'No checkpoint was added.' : `${counted(length, 'checkpoint was', 'checkpoints were')} added.`,
      alert: found.problems.length > 0 ? found.problems.join(' ') : null,
    });
  }

  /** Puts checkpoints into the list. One whose name is taken gets a number behind it. */
  #list(found: readonly CheckpointFiles[], taken: readonly string[]): ListedCheckpoint[] {
    const names = new Set(taken);
    return found.map(({ name: wanted, files }) => {
      let name = wanted;
      for (let number = 2; names.has(name); number++) name = `${wanted} (${number})`;
      names.add(name);
      return { key: ++this.#last, name, files };
    });
  }

  #names(): string[] {
    const { checkpoints, openName } = this.#app.state;
    return [...checkpoints.map(({ name }) => name), openName];
  }
}
