import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import type { PictureFile } from '../pictures/picture-file.js';
import type { Checkpoint } from './checkpoint-bytes.js';
import type { ChunkMiner } from './chunk-miner.js';
import type { LeftOut, MinedChunk } from './mine-chunk.js';
import type { RunIdentity } from './run-identity.js';
import { WorkerLost } from './threads.js';
import { type Range, Worklist } from './worklist.js';

/** A picture that makes workers end this often is set aside. */
const MAX_DEATHS = 2;
/** If this many pictures were set aside and none was mined, the pictures are not the cause. */
const MAX_ASIDE = 16;
/** The errors that a single picture can cause. All others end the run. */
const PICTURE_ERRORS: readonly string[] = ['not-finite', 'shape-mismatch'];

/** The parts of a run. */
export interface MiningRunParts {
  readonly miner: PatchMiner;
  readonly files: readonly PictureFile[];
  readonly identity: RunIdentity;
  /** Pictures per chunk. */
  readonly chunk: number;
  readonly from: Checkpoint | undefined;
  /** What is known of pictures that ended whole processes; nothing by default. */
  readonly caution?: Caution | undefined;
}

/**
 * How a run finds a picture that ends its whole process. Such a picture cannot be found inside of the process, so another
 * one watches it.
 */
export interface Caution {
  /** Pictures that were being mined when a process ended. Each of them is mined alone. */
  readonly suspects: ReadonlySet<string>;
  /** Pictures that are set aside without mining them, and why. */
  readonly condemned: ReadonlyMap<string, LeftOut>;
  /** Called with the ids of the pictures of a chunk before it is mined. */
  readonly onBegin: (ids: readonly string[]) => void;
  /** Called with the same list when the chunk is mined or has failed. */
  readonly onEnd: (ids: readonly string[]) => void;
}

/** Mines a list of pictures chunk by chunk. The result does not depend on the order of the chunks, nor on failed ones. */
export class MiningRun {
  readonly skipped: LeftOut[];
  readonly setAside: LeftOut[];
  readonly work: Worklist;
  readonly #parts: Omit<MiningRunParts, 'from'>;
  /** By index of a picture: how often it has made a worker end. */
  readonly #deaths = new Map<number, number>();
  readonly #aside: Range[] = [];

  constructor(parts: MiningRunParts) {
    // The checkpoint is not kept, because it may be as large as the state of the run itself.
    const { from, ...kept } = parts;
    const { miner, files, chunk } = kept;
    this.#parts = kept;
    this.skipped = [...(from?.skipped ?? [])];
    this.setAside = [...(from?.setAside ?? [])];
    this.work = new Worklist(files.length, chunk, from?.left);
    if (from) miner.merge(PatchMiner.load(miner.deconvnet, from.state));
  }

  /** A checkpoint of the run at this moment. */
  get checkpoint(): Checkpoint {
    const { miner, identity } = this.#parts;
    const { skipped, setAside, work } = this;
    return { run: identity, left: work.left, skipped: [...skipped], setAside: [...setAside], state: miner.save() };
  }

  /**
   * Mines all pictures that are left.
   *
   * @param onChunk called after each chunk
   * @throws DeconvnetError an error that a single picture did not cause. The signal's reason. What was mined is kept.
   */
  mineAll(chunkMiner: ChunkMiner, onChunk: () => void, signal: AbortSignal | undefined): Promise<void> {
    let running = 0;
    let over = false;
    return new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        over = true;
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const fail = (error: unknown): void => end(() => reject(error));
      const onAbort = (): void => fail(signal?.reason);
      const step = (): void => {
        // Chunks that are still running when the run ends are not used, and count as left.
        if (over) return;
        for (let range = this.#next(running, chunkMiner); range; range = this.#next(running, chunkMiner)) {
          running++;
          this.#mineRange(chunkMiner, range)
            .then(() => {
              running--;
              if (over) return;
              onChunk();
              step();
            })
            .catch(fail);
        }
        if (running === 0) end(resolve);
      };
      if (signal?.aborted) onAbort();
      signal?.addEventListener('abort', onAbort);
      step();
    });
  }

  #next(running: number, { capacity }: ChunkMiner): Range | undefined {
    const { caution } = this.#parts;
    // If a process ends while only one picture is mined, this picture is the cause.
    if (running >= (caution && caution.suspects.size > 0 ? 1 : capacity)) return undefined;
    let range = this.work.take();
    while (caution && range && range.end - range.start > 1 && this.#isSuspect(range, caution)) {
      this.work.putBack(range);
      range = this.work.take();
    }
    return range;
  }

  #isSuspect(range: Range, { suspects, condemned }: Caution): boolean {
    return this.#idsOf(range).some((id) => suspects.has(id) || condemned.has(id));
  }

  #idsOf({ start, end }: Range): string[] {
    return this.#parts.files.slice(start, end).map(({ id }) => id);
  }

  async #mineRange(chunkMiner: ChunkMiner, range: Range): Promise<void> {
    const { caution } = this.#parts;
    if (!caution) return this.#mine(chunkMiner, range);
    const ids = this.#idsOf(range);
    const condemned = ids.map((id) => caution.condemned.get(id)).find((one) => one !== undefined);
    if (condemned) {
      this.setAside.push(condemned);
      this.work.finish(range);
      return;
    }
    caution.onBegin(ids);
    try {
      await this.#mine(chunkMiner, range);
    } finally {
      caution.onEnd(ids);
    }
  }

  async #mine(chunkMiner: ChunkMiner, range: Range): Promise<void> {
    const { files, miner } = this.#parts;
    let chunk: MinedChunk;
    try {
      chunk = await chunkMiner.mine({
        files: files.slice(range.start, range.end),
        above: miner.thresholds(),
      });
    } catch (error) {
      this.#failed(range, error);
      return;
    }
    miner.merge(chunk.miner);
    this.skipped.push(...chunk.skipped);
    this.work.finish(range);
  }

  /** A chunk that failed is mined again in halves, until the picture that caused the failure is alone. */
  #failed(range: Range, error: unknown): void {
    const lost = error instanceof WorkerLost;
    const fault = error instanceof DeconvnetError && PICTURE_ERRORS.includes(error.code);
    if (!lost && !fault) throw error;
    if (range.end - range.start > 1) {
      this.work.putBack(range);
      return;
    }
    const deaths = (this.#deaths.get(range.start) ?? 0) + 1;
    this.#deaths.set(range.start, deaths);
    if (lost && deaths < MAX_DEATHS) {
      this.work.putBack(range);
      return;
    }
    const { id } = this.#parts.files[range.start]!;
    this.setAside.push(
      lost
        ? {
            id,
            code: 'worker-failed',
            reason: `The picture '${id}' made a worker end ${MAX_DEATHS} times: ${error.message}`,
          }
        : { id, code: (error as DeconvnetError).code, reason: (error as DeconvnetError).what },
    );
    this.#aside.push(range);
    this.work.finish(range);
    if (this.#parts.miner.images > 0 || this.#aside.length < MAX_ASIDE) return;
    // They count as left, because another run may be able to mine them.
    this.setAside.splice(-this.#aside.length);
    for (const one of this.#aside) this.work.putBack(one);
    throw hopeless(error, this.#aside.length);
  }
}

function hopeless(error: unknown, pictures: number): unknown {
  if (!(error instanceof WorkerLost)) return error;
  return new DeconvnetError(
    'worker-failed',
    `Each of the first ${pictures} pictures made a worker end: ${error.message}.`,
    {
      cause: error,
      advice: {
        about: 'fewer-workers',
        text: 'Use fewer workers if memory is short, or workers: 0 to see the error.',
      },
    },
  );
}
