import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import {
  checkCallback,
  checkFlag,
  checkKeys,
  checkSignal,
  checkValue,
  isCount,
  isPlainObject,
} from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { setupUrl } from '../mine/setup-module.js';
import { checkHosts } from '../pictures/allowed-hosts.js';
import { connectToQueue } from './connect.js';
import { type LockOptions, NotJoined, type PartEvent } from './join-options.js';
import { joinRun } from './join-run.js';
import { pause } from './pause.js';
import type { MachinePlace } from './process-protocol.js';
import { resolveLock } from './queue-options.js';
import { hasParts } from './run-queues.js';
import { RunIndex, type RunRecord } from './run-record.js';

/** For which queue a worker works, and what of its machine it may use. */
export interface WorkOptions extends Partial<LockOptions> {
  /** The address of the Redis server, as for `mineOnQueue`. */
  readonly queue: string;
  /** The shared folder on this machine. By default it is where the run says, as `map` maps it to this machine. */
  readonly share?: string;
  /**
   * The folders from which this worker may read models and pictures. The shared folder and the folders of `map` are added.
   * Default: the current folder. The worker reads nothing else, whatever a run asks.
   */
  readonly folders?: readonly string[];
  /** Folders of the machine that began a run, and the same folders on this machine: `{ '/data': '/mnt/data' }`. */
  readonly map?: Readonly<Record<string, string>>;
  /** The hosts from which this worker may fetch pictures, as for `mineImages`; none by default. */
  readonly allowHosts?: readonly string[];
  /** The number of threads that mine, as for `mineImages`. */
  readonly workers?: number;
  /** The path or URL of a module of your own, as for `mineImages`. A run never names one. */
  readonly setup?: string | URL;
  /**
   * The least number of seconds between two checkpoints of a part, 0 or more; 120 by default. Each of them is a whole state
   * in the shared folder, which a hundred machines share.
   */
  readonly every?: number;
  /**
   * Whether to end when there has been nothing to do for `lockDuration` and `stalledInterval` together; `false` by default:
   * the worker waits for the next run.
   */
  readonly untilIdle?: boolean;
  /** Called when the server has answered, with the name of the worker. Messages of those who wait for a run contain it. */
  readonly onReady?: (worker: string) => void;
  /** Called when the worker joins a run, leaves it, or may not join it. */
  readonly onRun?: (event: RunEvent) => void;
  /** Called when something happens to a part in this worker. */
  readonly onPart?: (event: PartEvent) => void;
  /** Stops the worker. It hands back the part that it works on, with what is done of it. */
  readonly signal?: AbortSignal;
}

/** A worker and a run. */
export interface RunEvent {
  /** The id of the run. */
  readonly run: string;
  readonly what: 'joined' | 'left' | 'refused';
  /** What differs on this machine, if the worker may not join. */
  readonly reason?: string;
}

/** What a worker has done. */
export interface WorkReport {
  /** The number of parts that it has finished. */
  readonly parts: number;
}

const NAMES = [
  'queue',
  'share',
  'folders',
  'map',
  'allowHosts',
  'workers',
  'setup',
  'every',
  'untilIdle',
  'lockDuration',
  'stalledInterval',
  'onReady',
  'onRun',
  'onPart',
  'signal',
] satisfies readonly (keyof WorkOptions)[];

/** How often the index of runs is read, in milliseconds. */
const LOOK = 1000;
/** After this time, in milliseconds, a worker looks again at a run that it could not work on. */
const LOOK_AGAIN = 60_000;
/** After this time without work, in milliseconds, a worker looks whether another run has some. */
const IDLE = 3000;

/**
 * Works for the runs on a queue until it is stopped: it mines parts, or makes parts of galleries. It computes in a process
 * of its own, and survives if a picture ends that process.
 *
 * A worker joins a run only if everything on which its results depend is the same here: the version of this library, the
 * backend, the decoder of pictures, and the model. Otherwise it says what differs. It reads files only from the folders
 * that it was started with, and takes no code from the queue.
 *
 * @throws DeconvnetError `invalid-option`; `missing-peer`; `queue-unreachable` if the server does not answer at the start.
 * @example
 * ```ts
 * import { work } from 'deconvnet/queue';
 *
 * const help = (signal: AbortSignal) =>
 *   work({ queue: 'redis://queue.local:6379', share: '/mnt/share', folders: ['/mnt/data'], map: { '/data': '/mnt/data' }, signal });
 * ```
 */
export async function work(options: WorkOptions): Promise<WorkReport> {
  const { lock, place, every, untilIdle } = resolveWorkOptions(options);
  await checkFolders(place);
  const { signal, onRun = () => undefined, onPart = () => undefined } = options;
  const server = await connectToQueue(options.queue, signal);
  const index = new RunIndex(server.redis);
  const worker = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  /** Runs that this worker may not join: when they were announced, and until when. Announced again, they are looked at again. */
  const refused = new Map<string, { readonly created: number; readonly until: number }>();
  let parts = 0;
  let hasAnswered = false;
  const openRuns = async (): Promise<RunRecord[]> => {
    const open: RunRecord[] = [];
    for (const run of await index.list()) {
      const { created, until = 0 } = refused.get(run.id) ?? {};
      if (created === run.created && Date.now() < until) continue;
      if (!(await index.endOf(run.id)) && (await hasParts(server, run.id))) open.push(run);
    }
    return open;
  };
  const join = async (record: RunRecord): Promise<boolean> => {
    try {
      const worked = await joinRun({
        ...{ ...lock, record, server, index, worker, place, every, signal },
        onJoined: () => onRun({ run: record.id, what: 'joined' }),
        onPart(event) {
          if (event.what === 'done') parts++;
          onPart(event);
        },
        // Another run may have work while this one waits for other workers.
        mayLeave: async (idleFor) =>
          idleFor > IDLE &&
          ((untilIdle && idleFor > patience) || (await openRuns()).some(({ id }) => id !== record.id)),
      });
      onRun({ run: record.id, what: 'left' });
      return worked;
    } catch (error) {
      if (!(error instanceof NotJoined)) throw error;
      const until = error.forNow ? Date.now() + LOOK_AGAIN : Number.POSITIVE_INFINITY;
      refused.set(record.id, { created: record.created, until });
      await index.refuse(record.id, { worker, reason: error.message });
      onRun({ run: record.id, what: 'refused', reason: error.message });
      return false;
    }
  };
  // A part of a worker that died is on the queue again after this time.
  const patience = lock.lockDuration + lock.stalledInterval;
  let idleSince = Date.now();
  try {
    for (let turn = 0; !signal?.aborted; turn++) {
      try {
        await index.seen(worker);
        if (!hasAnswered) options.onReady?.(worker);
        hasAnswered = true;
        const open = await openRuns();
        if (open.length > 0) {
          if (await join(open[turn % open.length]!)) idleSince = Date.now();
        }
      } catch (error) {
        // A server that has answered before, and now refuses something, may have no space left for a while.
        if (!hasAnswered || !(error instanceof Error) || error.name !== 'ReplyError') throw error;
      }
      if (untilIdle && Date.now() - idleSince > patience) break;
      await pause(LOOK, signal);
    }
    await index.gone(worker);
    return { parts };
  } catch (error) {
    // If the server is away, commands fail when nobody waits for them any more.
    if (!signal?.aborted) throw error;
    return { parts };
  } finally {
    server.close();
  }
}

/**
 * Checks that the folders of this machine are there: a worker without them would wait, and then refuse every run. The
 * program that begins a run may make the shared folder.
 */
async function checkFolders({ folders, map }: MachinePlace): Promise<void> {
  const named = [
    ...folders.map((folder) => ['folders', folder] as const),
    ...Object.values(map).map((folder) => ['map', folder] as const),
  ];
  for (const [option, folder] of named) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) continue;
    throw new DeconvnetError(
      'invalid-option',
      `The folder ${folder} (${option}) ${found ? 'is not a folder' : 'does not exist'} on this machine. Check the path, or mount it first.`,
    );
  }
}

function resolveWorkOptions(options: WorkOptions): {
  readonly lock: LockOptions;
  readonly place: MachinePlace;
  readonly every: number;
  readonly untilIdle: boolean;
} {
  checkKeys('work', options, NAMES);
  const { share, folders = ['.'], map = {}, allowHosts = [], workers, setup, every = 120, untilIdle = false } = options;
  checkValue(
    share === undefined || (typeof share === 'string' && share !== ''),
    'share is the path of a folder',
    share,
  );
  const areFolders = Array.isArray(folders) && folders.every((folder) => typeof folder === 'string');
  checkValue(areFolders, "folders is a list of paths, ['/mnt/data']", folders);
  const isMap = isPlainObject(map) && Object.values(map).every((folder) => typeof folder === 'string');
  checkValue(isMap, "map is an object of paths by path, { '/data': '/mnt/data' }", map);
  checkValue(
    workers === undefined || isCount(workers, 0),
    'workers is a number of threads, a whole number of at least 0',
    workers,
  );
  checkValue(
    typeof every === 'number' && every >= 0,
    'every is the number of seconds between checkpoints, 0 or more',
    every,
  );
  checkHosts(allowHosts);
  checkFlag('untilIdle', untilIdle);
  checkCallback('onReady', options.onReady);
  checkCallback('onRun', options.onRun);
  checkCallback('onPart', options.onPart);
  checkSignal(options.signal);
  return {
    lock: resolveLock(options),
    place: {
      ...{ map, folders, allowHosts },
      ...(share !== undefined && { share }),
      ...(workers !== undefined && { workers }),
      ...(setup !== undefined && { setup: setupUrl(setup) }),
    },
    ...{ every, untilIdle },
  };
}
