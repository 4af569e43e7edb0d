import type { FlowJob } from 'bullmq';
import type { QueueServer } from './connect.js';
import type { LockOptions } from './join-options.js';
import { PREFIX, type RunRecord } from './run-record.js';

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

/** The name of the job that puts the results together. */
export const END_JOB = 'end';

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

/** Puts a run on the queue, all at once: one job per part, and the job that puts the results together when all are done. */
export async function addFlow(
  { bullmq, connect }: QueueServer,
  { id, parts }: RunRecord,
  { jobs, retry }: { readonly jobs: readonly PartJob[]; readonly retry: RetryOptions },
): Promise<void> {
  const connection = connect();
  const flows = new bullmq.FlowProducer({ connection, prefix: PREFIX });
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
      name: END_JOB,
      queueName: endQueueOf(id),
      data: { parts },
      opts: { ...kept, jobId: END_JOB, attempts: 1 },
      children,
    });
  } finally {
    await flows.close();
    connection.disconnect();
  }
}

/** Removes all jobs of a run. A worker that works on one of them loses its lock. */
export async function removeFlow({ bullmq, connect }: QueueServer, id: string): Promise<void> {
  const connection = connect();
  try {
    for (const name of [partQueueOf(id), endQueueOf(id)]) {
      const queue = new bullmq.Queue(name, { connection, prefix: PREFIX });
      await queue.obliterate({ force: true });
      await queue.close();
    }
  } finally {
    connection.disconnect();
  }
}
