import { checkKeys, checkValue } from '../../errors/check-options.js';
import { connectToQueue } from './connect.js';
import { findRun } from './find-run.js';
import { partQueueOf, removeFlow, withQueue } from './run-queues.js';
import { RunIndex } from './run-record.js';

/** A run that the queue knows. */
export interface KnownRun {
  readonly id: string;
  /** What is done: pictures are mined, or a gallery is drawn. */
  readonly kind: 'mine' | 'draw';
  readonly created: Date;
  /** The number of pictures to mine; of a gallery, the number of pictures to project and of sheets to draw. */
  readonly items: number;
  readonly parts: number;
  /** Jobs of the run by what they do: parts that wait, are worked on, are done, or have failed. None when it has ended. */
  readonly jobs: {
    readonly waiting: number;
    readonly active: number;
    readonly completed: number;
    readonly failed: number;
  };
  /** Whether it has ended, and if so, why it failed. */
  readonly ended: boolean;
  readonly failed?: string;
  /** Workers that do not join it, and why. */
  readonly refusals: readonly { readonly worker: string; readonly reason: string }[];
}

/** Which server, and which run on it. */
export interface RunChoice {
  /** The address of the Redis server, as for `mineOnQueue`. */
  readonly queue: string;
  /** The id of the run. */
  readonly id: string;
}

/**
 * Lists the runs that a queue knows, the oldest one first. The record of a run is kept for seven days after its end.
 *
 * @throws DeconvnetError `invalid-option`; `missing-peer`; `queue-unreachable`.
 * @example
 * ```ts
 * import { listRuns } from 'deconvnet/queue';
 *
 * const show = async () => console.log(await listRuns({ queue: 'redis://queue.local:6379' }));
 * ```
 */
export async function listRuns(options: Pick<RunChoice, 'queue'>): Promise<KnownRun[]> {
  checkKeys('listRuns', options, ['queue']);
  const server = await connectToQueue(options.queue);
  try {
    const index = new RunIndex(server.redis);
    const runs: KnownRun[] = [];
    for (const { id, job, created, items, parts } of await index.list()) {
      const end = await index.endOf(id);
      const counts = await withQueue(server, partQueueOf(id), (queue) =>
        queue.getJobCounts('wait', 'delayed', 'active', 'completed', 'failed'),
      );
      runs.push({
        ...{ id, kind: job.kind, created: new Date(created), items, parts, ended: end !== undefined },
        jobs: {
          waiting: (counts.wait ?? 0) + (counts.delayed ?? 0),
          ...{ active: counts.active ?? 0, completed: counts.completed ?? 0, failed: counts.failed ?? 0 },
        },
        ...(end?.failed !== undefined && { failed: end.failed }),
        refusals: end ? [] : await index.refusals(id),
      });
    }
    return runs;
  } finally {
    await server.close();
  }
}

/**
 * Takes a run from a queue. Workers stop working on it. The results of parts that are done stay in the shared folder: the
 * same run, begun again, does only what is missing.
 *
 * @returns whether the run was going on; of a run that had ended, only the record is removed
 * @throws DeconvnetError `invalid-option`; `missing-peer`; `queue-unreachable`; `run-unknown`.
 * @example
 * ```ts
 * import { cancelRun } from 'deconvnet/queue';
 *
 * const cancel = (id: string) => cancelRun({ queue: 'redis://queue.local:6379', id });
 * ```
 */
export async function cancelRun(options: RunChoice): Promise<boolean> {
  checkKeys('cancelRun', options, ['queue', 'id']);
  checkValue(typeof options.id === 'string', 'id is the id of a run', options.id);
  const server = await connectToQueue(options.queue);
  try {
    const index = new RunIndex(server.redis);
    await findRun(index, options.id, server.name);
    const goesOn = (await index.endOf(options.id)) === undefined;
    await index.forget(options.id);
    await removeFlow(server, options.id);
    return goesOn;
  } finally {
    await server.close();
  }
}
