import type { FlowJob, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueServer } from './connect.js';
import type { LockOptions } from './join-options.js';
import { PREFIX } from './run-record.js';

/** What a worker is asked to do: a part of the run. It is all that a job contains. */
export interface PartJob {
  /** From 1. */
  readonly part: number;
  /** SHA-256 of the list of what belongs to the part. */
  readonly list: string;
}

/** What a worker reports of a part. The result itself is a file in the shared folder. */
export interface PartReport {
  readonly images: number;
}

/** The queue of the parts of a run. */
export function partQueueOf(id: string): string {
  return `run-${id}`;
}

/** The queue of the job that puts the results of a run together. */
export function endQueueOf(id: string): string {
  return `end-${id}`;
}

/** The name of the job that puts the results of a run together. */
export const END_JOB = 'end';
/** The name of the job that comes after the first stage of a run that has two. */
export const STAGE_JOB = 'stage';

/** How often a part is tried, and how long to wait before it is tried again. */
export interface RetryOptions {
  readonly attempts: number;
  /** Before the second attempt, in milliseconds; before each later one it is twice as long. */
  readonly delay: number;
}

/** A job may be taken over this often: that whoever had it was stopped says nothing about the job. */
const MOST_STALLS = 10_000;

/** How a worker of BullMQ keeps its locks, and looks for locks that have run out. */
export function lockSettings({ lockDuration, stalledInterval }: LockOptions): {
  readonly prefix: string;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly skipLockRenewal: true;
} {
  // One worker checks for all. When it has died, another one checks after two of its own intervals at the latest.
  return {
    ...{ prefix: PREFIX, lockDuration, maxStalledCount: MOST_STALLS },
    stalledInterval: Math.floor(stalledInterval / 2),
    // `JobLock` does that.
    skipLockRenewal: true,
  };
}

/** One job per part, and the job that comes when all of them are done. */
export interface PartFlow {
  readonly jobs: readonly PartJob[];
  readonly next: typeof END_JOB | typeof STAGE_JOB;
  readonly retry: RetryOptions;
}

/**
 * Opens a queue of a run. Whoever opens it closes it.
 *
 * @param connection a connection that stays open when the queue is closed
 */
export function openQueue<J = unknown, R = unknown>(
  { bullmq }: Pick<QueueServer, 'bullmq'>,
  name: string,
  connection: Redis,
): Queue<J, R> {
  const queue: Queue<J, R> = new bullmq.Queue<J, R>(name, { connection, prefix: PREFIX, skipMetasUpdate: true });
  // Without a listener, BullMQ prints each error of the connection. The client makes a lost connection again.
  queue.on('error', () => undefined);
  return queue;
}

/** Opens a queue of a run on the connection for short commands, and closes it again. */
export async function withQueue<R>(
  server: Pick<QueueServer, 'bullmq' | 'redis'>,
  name: string,
  action: (queue: Queue) => Promise<R>,
): Promise<R> {
  const queue = openQueue(server, name, server.redis) as Queue;
  try {
    return await action(queue);
  } finally {
    await queue.close();
  }
}

/** Puts jobs on the queue, all at once or none. Jobs that are there already stay as they are. */
export async function addFlow(
  { bullmq, connect }: QueueServer,
  id: string,
  { jobs, next, retry }: PartFlow,
): Promise<void> {
  const connection = connect();
  const flows = new bullmq.FlowProducer({ connection, prefix: PREFIX });
  // As in `openQueue`.
  flows.on('error', () => undefined);
  const kept = { keepLogs: 0, stackTraceLimit: 1 };
  const children = jobs.map(
    (job): FlowJob => ({
      name: 'part',
      queueName: partQueueOf(id),
      data: job,
      opts: {
        ...kept,
        jobId: `part-${job.part}`,
        attempts: retry.attempts,
        backoff: { type: 'exponential', delay: retry.delay },
        failParentOnFailure: true,
      },
    }),
  );
  try {
    await flows.add({
      name: next,
      queueName: endQueueOf(id),
      data: {},
      opts: { ...kept, jobId: next, attempts: 1 },
      children,
    });
  } finally {
    await flows.close();
    connection.disconnect();
  }
}

/** Whether parts of a run wait, or are being worked on, so that a worker may have something to do. */
export async function hasParts(server: Pick<QueueServer, 'bullmq' | 'redis'>, id: string): Promise<boolean> {
  const counts = await withQueue(server, partQueueOf(id), (queue) =>
    queue.getJobCounts('wait', 'delayed', 'active', 'prioritized'),
  );
  return Object.values(counts).some((count) => count > 0);
}

/** Whether a run is on the queue: one of the jobs that come after its parts is there. */
export async function hasFlow(server: QueueServer, id: string): Promise<boolean> {
  return withQueue(
    server,
    endQueueOf(id),
    async (ends) => ((await ends.getJob(END_JOB)) ?? (await ends.getJob(STAGE_JOB))) !== undefined,
  );
}

/** Removes all jobs of a run. A worker that works on one of them loses its lock. */
export async function removeFlow(server: QueueServer, id: string): Promise<void> {
  const connection = server.connect();
  try {
    const [parts, end] = [
      openQueue(server, partQueueOf(id), connection),
      openQueue(server, endQueueOf(id), connection),
    ];
    // Without its parts, the last job could begin.
    await end.pause();
    for (const queue of [parts, end]) {
      await queue.obliterate({ force: true });
      await queue.close();
    }
  } finally {
    connection.disconnect();
  }
}
