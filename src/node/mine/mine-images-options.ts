import { availableParallelism } from 'node:os';
import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
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
import type { PatchMinerOptions } from '../../mine/miner-options.js';
import { checkTopology, type ModelPlace } from '../models/model-place.js';
import type { NodeBackend } from '../peers.js';
import { type Fetching, type FetchOptions, resolveFetching } from '../pictures/fetching.js';
import type { ListPicturesOptions } from '../pictures/list-pictures.js';
import type { PictureFile } from '../pictures/picture-file.js';
import type { ReadPictureOptions } from '../pictures/read-picture-options.js';
import type { TakePicturesOptions } from '../pictures/take-pictures.js';
import type { MiningProgress } from './mining-progress.js';
import type { PlainDeconvnetOptions } from './worker-protocol.js';

/** Where and how often a run is saved, so that it can be resumed after it was stopped or killed. */
export interface CheckpointOptions {
  /** The file. The previous checkpoint is kept beside it, with `.prev` at the end of its name. */
  readonly path: string;
  /** The least number of seconds between two checkpoints; 0 or more; 60 by default. */
  readonly every?: number;
}

/** What to mine, with which network, and how. */
export interface MineImagesOptions
  extends Omit<PatchMinerOptions, 'above'>,
    PlainDeconvnetOptions,
    TakePicturesOptions,
    ListPicturesOptions,
    Pick<ReadPictureOptions, 'maxPixels'>,
    FetchOptions,
    Partial<ModelPlace> {
  /**
   * A Deconvnet of that model that exists already, made with the same options. By default a new one is made. In both
   * cases the caller disposes it.
   */
  readonly deconvnet?: Deconvnet;
  /**
   * A folder of pictures, a `.txt` file with a URL on each line, or a list of files or URLs, each with an id of its own.
   * The hosts of URLs must be among `allowHosts`.
   */
  readonly images: string | readonly PictureFile[];
  /**
   * The number of worker threads, each with a backend and a network of its own; with 0, this thread mines. By default there
   * is one for each core (or fewer, if memory is short) if `model` is given, the backend is wasm or cpu, and the work is
   * estimated at 30 billion multiply-adds or more; otherwise 0. The result does not depend on it. With workers, a picture
   * that makes a worker end is found and set aside.
   */
  readonly workers?: number;
  /** The backend; by default the one in use in this thread, or `wasm`. Workers run on `wasm` or `cpu`. */
  readonly backend?: NodeBackend;
  /**
   * The path or URL of a module that every thread imports before it loads the model. Register layer classes of your own
   * there. If the module exports `mirrors`, each Deconvnet gets them. If it exports a function `setup`, it is called with
   * `{ tf, tfl }`, the TensorFlow.js of the thread. If you give a Deconvnet, only the workers import the module.
   */
  readonly setup?: string | URL;
  /**
   * Pictures per chunk. A chunk is merged, or repeated, as a whole. By default it has at most 64 pictures, fewer if a
   * picture costs so much that a chunk would take more than some seconds, and few enough that each worker gets four chunks.
   * The result does not depend on it.
   */
  readonly chunk?: number;
  /** Images per forward pass; 16 by default. */
  readonly batchSize?: number;
  /** Where to save the run; by default it is not saved. */
  readonly checkpoint?: CheckpointOptions;
  /**
   * Whether to resume from the checkpoint if it exists. Otherwise an existing checkpoint is an error, so that it is not
   * lost by mistake. `false` by default.
   */
  readonly resume?: boolean;
  /** Called when mining begins, and after each chunk. */
  readonly onProgress?: (progress: MiningProgress) => void;
  /** Called if something went wrong and the run continues: a checkpoint was damaged or could not be written. */
  readonly onWarning?: (warning: DeconvnetError) => void;
  /** Stops the run after a last checkpoint. `mineImages` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

type Settings = Pick<MineImagesOptions, 'workers' | 'chunk'> &
  Required<Pick<MineImagesOptions, 'batchSize' | 'resume'>> & {
    readonly checkpoint: Required<CheckpointOptions> | undefined;
    readonly fetching: Fetching;
  };

/** The names of all options. */
export const MINE_OPTIONS: readonly (keyof MineImagesOptions)[] = [
  'model',
  'topology',
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
  'signals',
  'maxPixels',
  'allowHosts',
  'fetch',
  'onProgress',
  'onWarning',
  'signal',
];

/** @throws DeconvnetError `invalid-option`. */
export function resolveMineOptions(options: MineImagesOptions): Settings {
  checkKeys('mineImages', options, MINE_OPTIONS);
  const { model, deconvnet, workers, chunk, batchSize = 16, checkpoint, resume = false } = options;
  const whole = (name: string, value: number, least: number, what: string): void =>
    checkValue(isCount(value, least), `${name} is ${what}, a whole number of at least ${least}`, value);
  if (workers !== undefined) whole('workers', workers, 0, 'the number of worker threads');
  if (chunk !== undefined) whole('chunk', chunk, 1, 'the number of pictures per chunk');
  whole('batchSize', batchSize, 1, 'the number of images per forward pass');
  const most = 4 * availableParallelism();
  check((workers ?? 0) <= most, `workers is at most ${most} on this computer, four per core; it is ${workers}.`);
  check(
    typeof model === 'string' || deconvnet !== undefined,
    `model is the path of a model file, or of the folder or zip file that contains it; it is ${describeValue(model)}.`,
  );
  check(
    !workers || typeof model === 'string',
    'Each worker loads the model itself: give its path, { model: path }, or mine in this thread, { workers: 0 }.',
  );
  checkTopology(options);
  if (deconvnet !== undefined) checkDeconvnet('mineImages', deconvnet);
  checkFlag('resume', resume);
  const given = {
    ...(workers !== undefined && { workers }),
    ...(chunk !== undefined && { chunk }),
    ...{ batchSize, resume, fetching: resolveFetching(options) },
  };
  checkCallback('onProgress', options.onProgress);
  checkCallback('onWarning', options.onWarning);
  checkSignal(options.signal);
  if (checkpoint === undefined) {
    check(!resume, 'resume needs a checkpoint to resume from: give { checkpoint: { path } }.');
    return { ...given, checkpoint: undefined };
  }
  checkKeys('checkpoint', checkpoint, ['path', 'every'] satisfies readonly (keyof CheckpointOptions)[]);
  const { path, every = 60 } = checkpoint;
  check(
    typeof path === 'string' && path !== '',
    `checkpoint.path is the path of a file; it is ${describeValue(path)}.`,
  );
  const isTime = typeof every === 'number' && every >= 0;
  checkValue(isTime, 'checkpoint.every is the number of seconds between checkpoints, 0 or more', every);
  return { ...given, checkpoint: { path, every } };
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new DeconvnetError('invalid-option', message);
}
