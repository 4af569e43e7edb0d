import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import type { PictureFile } from '../pictures/list-pictures.js';
import type { Checkpoint } from './checkpoint-bytes.js';
import { type ChunkMiner, WorkerLost } from './chunk-miner.js';
import type { LeftOut, MinedChunk } from './mine-chunk.js';
import type { RunIdentity } from './run-identity.js';
import { type Range, Worklist } from './worklist.js';

/** A picture that ends a worker so often is set aside. */
const DEATHS = 2;
/** So many pictures set aside and none mined: the fault is not theirs. */
const HOPELESS = 16;
/** Errors that one picture may cause; all others are the run's. */
const OF_PICTURES: readonly string[] = ['not-finite', 'shape-mismatch'];

/** What a run is made of. */
export interface MiningRunParts {
  readonly miner: PatchMiner;
  readonly files: readonly PictureFile[];
  readonly identity: RunIdentity;
  /** Pictures a chunk. */
  readonly chunk: number;
  readonly from: Checkpoint | undefined;
}

/** Mines a listing chunk by chunk, in any order, whoever mines the chunks and whatever becomes of them. */
export class MiningRun {
  readonly skipped: LeftOut[];
  readonly setAside: LeftOut[];
  readonly work: Worklist;
  readonly #parts: Omit<MiningRunParts, 'from'>;
  /** How often a single picture, by its place, has ended a worker. */
  readonly #deaths = new Map<number, number>();
  readonly #aside: Range[] = [];

  constructor(parts: MiningRunParts) {
    // What was resumed from is not kept: it may be as large as all that the run keeps.
    const { from, ...kept } = parts;
    const { miner, files, chunk } = kept;
    this.#parts = kept;
    this.skipped = [...(from?.skipped ?? [])];
    this.setAside = [...(from?.setAside ?? [])];
    this.work = new Worklist(files.length, chunk, from?.left);
    if (from) miner.merge(this.#load(from.state));
  }

  /** The run as it stands. */
  get checkpoint(): Checkpoint {
    const { miner, identity } = this.#parts;
    const { skipped, setAside, work } = this;
    return { run: identity, left: work.left, skipped: [...skipped], setAside: [...setAside], state: miner.save() };
  }

  /**
   * Mines what is left.
   *
   * @param onChunk called after each chunk
   * @throws DeconvnetError what is not one picture's fault; the signal's reason. What was mined stays.
   */
  mineAll(who: ChunkMiner, onChunk: () => void, signal: AbortSignal | undefined): Promise<void> {
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
        // What was still running at the end is given up, and stays to be done.
        if (over) return;
        for (let range = this.#next(running, who); range; range = this.#next(running, who)) {
          running++;
          this.#mineRange(who, range)
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
    return running < capacity ? this.work.take() : undefined;
  }

  async #mineRange(who: ChunkMiner, range: Range): Promise<void> {
    const { files, miner } = this.#parts;
    let chunk: MinedChunk;
    try {
      chunk = await who.mine({
        files: files.slice(range.start, range.end),
        above: miner.thresholds(),
      });
    } catch (error) {
      this.#failed(range, error);
      return;
    }
    miner.merge(this.#load(chunk.state));
    this.skipped.push(...chunk.skipped);
    this.work.finish(range);
  }

  /** A chunk that failed is mined again in halves, down to the picture that is at fault. */
  #failed(range: Range, error: unknown): void {
    const lost = error instanceof WorkerLost;
    const fault = error instanceof DeconvnetError && OF_PICTURES.includes(error.code);
    if (!lost && !fault) throw error;
    if (range.end - range.start > 1) {
      this.work.putBack(range);
      return;
    }
    const deaths = (this.#deaths.get(range.start) ?? 0) + 1;
    this.#deaths.set(range.start, deaths);
    if (lost && deaths < DEATHS) {
      this.work.putBack(range);
      return;
    }
    const { id } = this.#parts.files[range.start]!;
    this.setAside.push(
      lost
        ? { id, code: 'worker-failed', reason: `The picture '${id}' ended a worker ${DEATHS} times: ${error.message}` }
        : { id, code: (error as DeconvnetError).code, reason: (error as DeconvnetError).what },
    );
    this.#aside.push(range);
    this.work.finish(range);
    if (this.#parts.miner.images > 0 || this.#aside.length < HOPELESS) return;
    // They stay to be done: another run may fare better with them.
    this.setAside.splice(-this.#aside.length);
    for (const one of this.#aside) this.work.putBack(one);
    throw hopeless(error, this.#aside.length);
  }

  #load(state: Uint8Array): PatchMiner {
    return PatchMiner.load(this.#parts.miner.deconvnet, state);
  }
}

function hopeless(error: unknown, pictures: number): unknown {
  if (!(error instanceof WorkerLost)) return error;
  return new DeconvnetError(
    'worker-failed',
    `Each of the first ${pictures} pictures ended a worker: ${error.message}.`,
    {
      cause: error,
      advice: {
        about: 'fewer-workers',
        text: 'Take fewer workers where memory is short, or workers: 0 to see what happens.',
      },
    },
  );
}
