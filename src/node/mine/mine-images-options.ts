import { availableParallelism } from 'node:os';
import type { Deconvnet } from '../../deconvnet.js';
import {
  checkCallback,
  checkFlag,
  checkKeys,
  checkSignal,
  checkValue,
  describeValue,
  isCount,
} from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkDeconvnet } from '../../mine/check-deconvnet.js';
import type { PatchMinerOptions } from '../../mine/miner-options.js';
import type { NodeBackend } from '../peers.js';
import type { ListPicturesOptions, PictureFile } from '../pictures/list-pictures.js';
import type { ReadPictureOptions } from '../pictures/read-picture.js';
import type { TakePicturesOptions } from '../pictures/take-pictures.js';
import type { MiningProgress } from './mining-progress.js';
import type { PlainDeconvnetOptions } from './worker-protocol.js';

/** Where a run keeps what it needs to go on after it was stopped or killed. */
export interface CheckpointOptions {
  /** The file; the one before it is kept beside it, with `.prev` at the end. */
  readonly path: string;
  /** Seconds between two checkpoints, at least; 0 or more; 60 by default. */
  readonly every?: number;
}

/** What to mine, with what, and how. */
export interface MineImagesOptions
  extends Omit<PatchMinerOptions, 'above'>,
    PlainDeconvnetOptions,
    TakePicturesOptions,
    ListPicturesOptions,
    Pick<ReadPictureOptions, 'maxPixels'> {
  /** The path of the model: a model.json, or the folder that holds one. */
  readonly model?: string;
  /**
   * A Deconvnet of that model which is open already, made with the same options; it stays the caller's. By default one
   * is opened, and is the caller's too.
   */
  readonly deconvnet?: Deconvnet;
  /** A folder of pictures, or a list of files, each with an id of its own. */
  readonly images: string | readonly PictureFile[];
  /**
   * How many worker threads mine, each with a backend and a network of its own; 0 by default: this thread does it. With
   * workers, a picture that ends one is found and set aside.
   */
  readonly workers?: number;
  /** What computes; by default what is in use here, or `wasm`. Workers have `wasm` or `cpu`. */
  readonly backend?: NodeBackend;
  /**
   * The path or URL of a module that every thread imports before it loads the model: there, register layer classes of
   * your own. What it exports as `mirrors` is given to each Deconvnet; a function that it exports as `setup` is called
   * with `{ tf, tfl }`, the TensorFlow.js of the thread. Where a Deconvnet is given, workers alone import it.
   */
  readonly setup?: string | URL;
  /** Pictures a task, which is merged, or done again, as a whole; 64 by default. */
  readonly chunk?: number;
  /** Images a forward pass; 16 by default. */
  readonly batchSize?: number;
  /** By default there are no checkpoints. */
  readonly checkpoint?: CheckpointOptions;
  /** Whether to go on from the checkpoint, where there is one; a checkpoint in the way is an error otherwise. */
  readonly resume?: boolean;
  /** Called when the mining begins, and after each chunk. */
  readonly onProgress?: (progress: MiningProgress) => void;
  /** Called where something went wrong and the run goes on: a checkpoint that was not written, or was damaged. */
  readonly onWarning?: (warning: DeconvnetError) => void;
  /** Stops the run, after a checkpoint was written; `mineImages` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

type Settings = Required<Pick<MineImagesOptions, 'workers' | 'chunk' | 'batchSize' | 'resume'>> & {
  readonly checkpoint: Required<CheckpointOptions> | undefined;
};

const NAMES = [
  'model',
  'deconvnet',
  'images',
  'workers',
  'backend',
  'setup',
  'chunk',
  'batchSize',
  'checkpoint',
  'resume',
  'layers',
  'featureMaps',
  'k',
  'perImage',
  'maxBytes',
  'input',
  'labels',
  'rule',
  'fallback',
  'limit',
  'shard',
  'followLinks',
  'maxPixels',
  'onProgress',
  'onWarning',
  'signal',
] satisfies readonly (keyof MineImagesOptions)[];

/** @throws DeconvnetError `invalid-option`. */
export function resolveMineOptions(options: MineImagesOptions): Settings {
  checkKeys('mineImages', options, NAMES);
  const { model, deconvnet, workers = 0, chunk = 64, batchSize = 16, checkpoint, resume = false } = options;
  const whole = (name: string, value: number, least: number, what: string): void =>
    checkValue(isCount(value, least), `${name} is ${what}, a whole number of at least ${least}`, value);
  whole('workers', workers, 0, 'how many worker threads mine');
  whole('chunk', chunk, 1, 'how many pictures make a task');
  whole('batchSize', batchSize, 1, 'how many images run together');
  const most = 4 * availableParallelism();
  check(workers <= most, `At most ${most} workers mine here, four for each core; ${workers} were asked for.`);
  check(
    typeof model === 'string' || deconvnet !== undefined,
    `model is the path of a model.json, or of the folder that holds one; it is ${describeValue(model)}.`,
  );
  check(
    workers === 0 || typeof model === 'string',
    'Workers load the network themselves: say where it lies, { model: path }, or mine with { workers: 0 }.',
  );
  if (deconvnet !== undefined) checkDeconvnet('mineImages', deconvnet);
  checkFlag('resume', resume);
  checkCallback('onProgress', options.onProgress);
  checkCallback('onWarning', options.onWarning);
  checkSignal(options.signal);
  if (checkpoint === undefined) {
    check(!resume, 'Without a checkpoint there is nothing to resume from: { checkpoint: { path } }.');
    return { workers, chunk, batchSize, resume, checkpoint: undefined };
  }
  checkKeys('checkpoint', checkpoint, ['path', 'every'] satisfies readonly (keyof CheckpointOptions)[]);
  const { path, every = 60 } = checkpoint;
  check(typeof path === 'string' && path !== '', `checkpoint.path is a file; it is ${describeValue(path)}.`);
  const isTime = typeof every === 'number' && every >= 0;
  checkValue(isTime, 'checkpoint.every is seconds between checkpoints, 0 or more', every);
  return { workers, chunk, batchSize, resume, checkpoint: { path, every } };
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new DeconvnetError('invalid-option', message);
}
