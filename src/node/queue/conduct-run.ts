import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Queue } from 'bullmq';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { QueueServer } from './connect.js';
import { JobLock } from './job-lock.js';
import type { LockOptions } from './join-options.js';
import { pause } from './pause.js';
import type { QueueOptions } from './queue-options.js';
import { ProgressMeter } from './queue-progress.js';
import type { RunFolder } from './run-folder.js';
import {
  addFlow,
  END_JOB,
  endQueueOf,
  lockSettings,
  type PartJob,
  type PartReport,
  partQueueOf,
  type RetryOptions,
  removeFlow,
} from './run-queues.js';
import { PREFIX, type RunEnd, type RunIndex, type RunRecord } from './run-record.js';

/** A run, and how its results are put together. */
export interface ConductedRun {
  readonly server: QueueServer;
  readonly index: RunIndex;
  readonly folder: RunFolder;
  readonly lock: LockOptions;
  readonly retry: RetryOptions;
  /** Puts the results of all parts together, in the folder of the run. The signal stops it; then it is called again. */
  readonly finish: (record: RunRecord, signal: AbortSignal) => Promise<void>;
}

/** How often the queue is asked how far a run is, in milliseconds. */
const CHECK = 500;
/** How often it is said that a run is still being begun, in milliseconds. */
const STILL_BEGINS = 2000;
/** How many parts that failed a message names. */
const NAMED = 3;

/** What a run is to begin with. */
export interface Plan {
  readonly record: RunRecord;
  /** Writes the list of each part, and returns its hash. */
  readonly writeLists: (parts: number) => Promise<readonly string[]>;
}

/**
 * Puts a run on the queue, unless it is there. If it was there before and failed, only the parts without a result are put
 * on the queue again.
 *
 * @returns the record of the run that is on the queue, and whether it was there
 */
export async function beginRun(
  { server, index, folder, retry }: ConductedRun,
  { record, writeLists }: Plan,
): Promise<{ readonly record: RunRecord; readonly attached: boolean }> {
  const { id } = record;
  while (!(await index.mayBegin(id))) await pause(CHECK);
  const still = setInterval(() => void index.stillBegins(id).catch(() => undefined), STILL_BEGINS);
  try {
    const there = await index.find(id);
    const end = there && (await index.endOf(id));
    if (there && (!end || (end.failed === undefined && (await folder.hasMerged()))))
      return { record: there, attached: true };
    // Results that are there belong to the parts into which the run was cut then.
    const parts = (await partsBefore(folder)) ?? record.parts;
    const begun = { ...record, parts };
    await removeFlow(server, id);
    const lists = await writeLists(parts);
    await folder.write(join(folder.path, 'run.json'), Buffer.from(JSON.stringify(begun)));
    const done = await folder.results();
    const jobs = lists.map((list, i): PartJob => ({ part: i + 1, list })).filter(({ part }) => !done.has(part));
    await addFlow(server, begun, { jobs, retry });
    await index.announce(begun);
    return { record: begun, attached: false };
  } finally {
    clearInterval(still);
    await index.doneBeginning(id);
  }
}

/** The number of parts of a run that was begun in a folder before. */
async function partsBefore(folder: RunFolder): Promise<number | undefined> {
  const text = await readFile(join(folder.path, 'run.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunRecord).parts;
}

/**
 * Waits until a run has ended. Whoever waits also offers to put the results together.
 *
 * @throws DeconvnetError `part-failed`; `run-unknown` if the server has lost the run. The signal's reason.
 */
export async function awaitRun(
  record: RunRecord,
  run: ConductedRun,
  { onProgress, onWarning, signal }: Pick<QueueOptions, 'onProgress' | 'onWarning' | 'signal'>,
): Promise<void> {
  const { server, index, folder, lock, finish } = run;
  const { id, parts } = record;
  const connections = [server.connect(), server.connect(), server.connect()] as const;
  const queue = new server.bullmq.Queue<PartJob, PartReport>(partQueueOf(id), {
    connection: connections[0],
    prefix: PREFIX,
  });
  const ends = new server.bullmq.Queue(endQueueOf(id), { connection: connections[1], prefix: PREFIX });
  const putTogether = async (job: Job, token: string): Promise<void> => {
    const lost = new AbortController();
    const kept = new JobLock(job, token, lock.lockDuration, { onLost: () => lost.abort() });
    try {
      await finish(record, AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]));
    } catch (error) {
      if (!signal?.aborted || kept.isLost) throw error;
      // Somebody else who waits for the run does it.
      await job.moveToWait(token);
      throw new server.bullmq.WaitingError();
    } finally {
      kept.release();
    }
  };
  const worker = new server.bullmq.Worker(endQueueOf(id), (job, token) => putTogether(job, token!), {
    connection: connections[2],
    ...lockSettings(lock),
  });
  // A lost connection is made again.
  for (const one of [queue, ends]) one.on('error', () => undefined);
  worker.on('error', () => undefined);
  const refused = new Set<string>();
  try {
    const counts = await queue.getJobCounts();
    const meter = new ProgressMeter(queue, record, parts - Object.values(counts).reduce((a, b) => a + b, 0));
    for (;;) {
      signal?.throwIfAborted();
      const end = (await index.endOf(id)) ?? (await endOf(ends, queue, { record, folder, index }));
      if (end) {
        if (await index.end(id, end)) await removeFlow(server, id);
        if (end.failed !== undefined) throw new DeconvnetError('part-failed', end.failed);
        return;
      }
      onProgress?.(await meter.measure());
      for (const { worker: name, reason } of await index.refusals(id)) {
        if (refused.has(name)) continue;
        refused.add(name);
        onWarning?.(new DeconvnetError('state-mismatch', `The worker ${name} does not join the run. ${reason}`));
      }
      await pause(CHECK, signal);
    }
  } finally {
    await Promise.race([Promise.all([worker.close(), queue.close(), ends.close()]), server.over]);
    for (const connection of connections) connection.disconnect();
  }
}

/** How a run has ended, by its last job; undefined while it goes on. */
async function endOf(
  ends: Queue,
  queue: Queue<PartJob, PartReport>,
  { record, folder, index }: { readonly record: RunRecord; readonly folder: RunFolder; readonly index: RunIndex },
): Promise<RunEnd | undefined> {
  const last: Job | undefined = await ends.getJob(END_JOB);
  if (!last) {
    // Whoever else waits for the run may have seen its end in the meantime, and have removed its jobs.
    const end = await index.endOf(record.id);
    if (end) return end;
    throw new DeconvnetError(
      'run-unknown',
      `The server does not know the run ${record.id} any more: it was cancelled, or the server was started again without the data that it had. The results of the parts are kept in ${folder.path}. Start the run again with the same pictures and options: only what is missing is done.`,
    );
  }
  const state = await last.getState();
  if (state === 'completed') return { at: Date.now() };
  if (state !== 'failed') return undefined;
  const failed = await queue.getFailed(0, NAMED - 1);
  const reasons = failed.map((job) => `part ${job.data.part} of ${record.parts}: ${job.failedReason}`);
  const why = reasons.length > 0 ? reasons.join('; ') : last.failedReason;
  return {
    at: Date.now(),
    failed: `The run ${record.id} failed. ${why}. The results of the other parts are kept in ${folder.path}. When the cause is mended, start the run again with the same pictures and options: only what is missing is done.`,
  };
}
