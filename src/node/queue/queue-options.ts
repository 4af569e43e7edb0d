import { checkCallback, checkSignal, checkValue, isCount } from '../../errors/check-options.js';
import type { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { LockOptions } from './join-options.js';
import type { QueueProgress } from './queue-progress.js';
import type { RetryOptions } from './run-queues.js';

/** Where the queue is, and how a run on it is watched. */
export interface QueueOptions extends Partial<LockOptions> {
  /**
   * The address of the Redis server: `redis://HOST:PORT`, or `rediss://` for TLS. A user name and a password can be in it, or
   * in the environment variables `DECONVNET_QUEUE_USER` and `DECONVNET_QUEUE_PASSWORD`. They are never stored or printed.
   */
  readonly queue: string;
  /**
   * The shared folder, which all machines can write to. Each run has a folder in it that is named after its id. Paths differ
   * between machines: workers have options of their own for that.
   */
  readonly share: string;
  /**
   * The number of parts. By default parts are estimated to take about ten minutes each, and there are at least four for each
   * worker that waits for work. A run that is on the queue already, or that was begun in this folder before, keeps its parts.
   */
  readonly parts?: number;
  /** The id of a run that is on the queue already. Then its pictures are not listed again. */
  readonly attach?: string;
  /**
   * How often a part is tried before the run fails; 5 by default. A worker that was killed does not count. A run that is on
   * the queue already keeps what it was begun with, and its `retryDelay`.
   */
  readonly attempts?: number;
  /** The time before a part is tried again, in milliseconds, doubled each time; 10,000 by default. */
  readonly retryDelay?: number;
  /** Called when the run is on the queue. */
  readonly onBegin?: (begun: BegunRun) => void;
  /** Called about once a second. */
  readonly onProgress?: (progress: QueueProgress) => void;
  /** Called if something is wrong that does not end the run: a worker that cannot join it, for example. */
  readonly onWarning?: (warning: DeconvnetError) => void;
  /** Stops waiting. The run goes on: give its id as `attach` to wait for it again. */
  readonly signal?: AbortSignal;
}

/** A run that is on the queue. */
export interface BegunRun {
  /** The id of the run, 16 hexadecimal digits. */
  readonly id: string;
  readonly parts: number;
  /** The number of pictures to mine; of a gallery, the number of pictures to project and of sheets to draw. */
  readonly items: number;
  /** Whether the run was on the queue already. */
  readonly attached: boolean;
  /** The folder of the run, inside the shared folder. */
  readonly folder: string;
}

/** The names of the options that are only for queues. */
export const QUEUE_OPTIONS: readonly (keyof QueueOptions)[] = [
  'queue',
  'share',
  'parts',
  'attach',
  'attempts',
  'retryDelay',
  'lockDuration',
  'stalledInterval',
  'onBegin',
  'onProgress',
  'onWarning',
  'signal',
];

/** The defaults of `LockOptions`, in milliseconds. */
const LOCK = 30_000;

/** Checks how locks are kept, and fills in the defaults. */
export function resolveLock({
  lockDuration = LOCK,
  stalledInterval = Math.min(LOCK, lockDuration),
}: Partial<LockOptions>): LockOptions {
  checkValue(
    isCount(lockDuration, 100),
    'lockDuration is a time in milliseconds, a whole number of at least 100',
    lockDuration,
  );
  checkValue(
    isCount(stalledInterval, 50) && stalledInterval <= lockDuration,
    `stalledInterval is a time in milliseconds, a whole number from 50 to the lockDuration of ${lockDuration}`,
    stalledInterval,
  );
  return { lockDuration, stalledInterval };
}

/** Checks the options that are only for queues, and fills in the defaults. */
export function resolveQueueOptions(options: QueueOptions): {
  readonly lock: LockOptions;
  readonly retry: RetryOptions;
} {
  const { share, parts, attach, attempts = 5, retryDelay = 10_000, onBegin, onProgress, onWarning, signal } = options;
  checkValue(typeof share === 'string' && share !== '', 'share is the path of the shared folder', share);
  checkValue(
    parts === undefined || isCount(parts, 1),
    'parts is a number of parts, a whole number of at least 1',
    parts,
  );
  checkValue(attach === undefined || isId(attach), 'attach is the id of a run, 16 hexadecimal digits', attach);
  checkValue(isCount(attempts, 1), 'attempts is how often a part is tried, a whole number of at least 1', attempts);
  checkValue(isCount(retryDelay, 0), 'retryDelay is a time in milliseconds, a whole number of at least 0', retryDelay);
  for (const [name, callback] of Object.entries({ onBegin, onProgress, onWarning })) checkCallback(name, callback);
  checkSignal(signal);
  return { lock: resolveLock(options), retry: { attempts, delay: retryDelay } };
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);
}
