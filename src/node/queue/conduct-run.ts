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
import { RUN_FILE, type RunFolder } from './run-folder.js';
import {
  addFlow,
  END_JOB,
  endQueueOf,
  hasFlow,
  lockSettings,
  openQueue,
  type PartJob,
  type PartReport,
  partQueueOf,
  type RetryOptions,
  removeFlow,
  STAGE_JOB,
} from './run-queues.js';
import type { RunEnd, RunIndex, RunRecord } from './run-record.js';
import { WorkAhead } from './work-ahead.js';

/** A run, and how its results are put together. */
export interface ConductedRun {
  readonly server: QueueServer;
  readonly index: RunIndex;
  readonly folder: RunFolder;
  readonly lock: LockOptions;
  readonly retry: RetryOptions;
  /** Puts the results together that are there while other parts are worked on. It stops soon after the signal. */
  readonly ahead?: (signal: AbortSignal) => Promise<void>;
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
  /** Writes what the parts need into the folder of the run, and returns the hash of the list of each part. */
  readonly prepare: (record: RunRecord) => Promise<readonly string[]>;
}

/**
 * Puts a run on the queue, unless it is there. If it was there before and failed, only the parts without a result are put
 * on the queue again.
 *
 * @returns the record of the run that is on the queue, and whether it was there
 */
export async function beginRun(
  { server, index, folder, retry }: ConductedRun,
  { record, prepare }: Plan,
): Promise<{ readonly record: RunRecord; readonly attached: boolean }> {
  const { id } = record;
  while (!(await index.mayBegin(id))) await pause(CHECK);
  const still = setInterval(() => void index.stillBegins(id).catch(() => undefined), STILL_BEGINS);
  try {
    const there = await index.find(id);
    const end = there && (await index.endOf(id));
    const isDone = end?.failed === undefined && (await folder.isFinished());
    if (there && (end ? isDone : await hasFlow(server, id))) return { record: there, attached: true };
    // Results that are there belong to the parts into which the run was cut then.
    const begun = cutAs(record, await recordBefore(folder));
    await removeFlow(server, id);
    await folder.removeResult();
    const lists = await prepare(begun);
    await folder.write(join(folder.path, RUN_FILE), [Buffer.from(JSON.stringify(begun))]);
    const first = firstParts(begun);
    const jobs = await missing(
      folder,
      lists.slice(0, first).map((list, i) => ({ part: i + 1, list })),
    );
    await addFlow(server, id, { jobs, next: first < begun.parts ? STAGE_JOB : END_JOB, retry });
    await index.announce(begun);
    return { record: begun, attached: false };
  } finally {
    clearInterval(still);
    await index.doneBeginning(id);
  }
}

/** The record of a run that was begun in a folder before. */
async function recordBefore(folder: RunFolder): Promise<RunRecord | undefined> {
  const text = await readFile(join(folder.path, RUN_FILE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunRecord);
}

/** A run that is cut into the same parts as before. */
function cutAs(record: RunRecord, before: RunRecord | undefined): RunRecord {
  if (!before) return record;
  const { parts, job } = before;
  if (record.job.kind !== 'draw' || job.kind !== 'draw') return { ...record, parts };
  return { ...record, parts, job: { ...record.job, projecting: job.projecting } };
}

/** The jobs of parts that have no result. */
async function missing(folder: RunFolder, jobs: readonly PartJob[]): Promise<PartJob[]> {
  const done = await folder.results();
  return jobs.filter(({ part }) => !done.has(part));
}

/** How many parts come first. Of a gallery, pictures are projected before sheets are drawn. */
function firstParts({ job, parts }: RunRecord): number {
  return job.kind === 'draw' ? job.projecting : parts;
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
  const { server, index, folder, lock, ahead, finish } = run;
  const { id } = record;
  const connections = [server.connect(), server.connect(), server.connect()] as const;
  const queue = openQueue<PartJob, PartReport>(server, partQueueOf(id), connections[0]);
  const ends = openQueue(server, endQueueOf(id), connections[1]);
  /** Aborted when nobody waits here any more. */
  const over = new AbortController();
  signal?.addEventListener('abort', () => over.abort(), { once: true });
  const goOn = async (job: Job, token: string): Promise<void> => {
    const lost = new AbortController();
    const kept = new JobLock(job, token, lock.lockDuration, { onLost: () => lost.abort() });
    try {
      const stop = AbortSignal.any([lost.signal, over.signal]);
      if (job.name === END_JOB) await finish(record, stop);
      else await beginSecondStage(record, run);
    } catch (error) {
      if (!over.signal.aborted || kept.isLost) throw error;
      // Somebody else who waits for the run does it.
      await job.moveToWait(token);
      throw new server.bullmq.WaitingError();
    } finally {
      kept.release();
    }
  };
  const worker = new server.bullmq.Worker(endQueueOf(id), (job, token) => goOn(job, token!), {
    connection: connections[2],
    ...lockSettings(lock),
  });
  // No listener has to act on these errors: BullMQ makes a lost connection again.
  worker.on('error', () => undefined);
  const refused = new Set<string>();
  const early = ahead && new WorkAhead(ahead);
  try {
    const meter = new ProgressMeter(queue, record, folder);
    for (;;) {
      signal?.throwIfAborted();
      const end = (await index.endOf(id)) ?? (await endOf(ends, queue, { record, folder, index }));
      if (end) {
        if (await index.end(id, end)) await removeFlow(server, id);
        if (end.failed !== undefined) throw new DeconvnetError('part-failed', end.failed);
        return;
      }
      if (!(await index.find(id))) throw unknown(record, folder);
      const progress = await meter.measure();
      onProgress?.(progress);
      early?.look(progress.partsDone);
      for (const { worker: name, reason } of await index.refusals(id)) {
        if (refused.has(name)) continue;
        refused.add(name);
        onWarning?.(new DeconvnetError('state-mismatch', `The worker ${name} does not join the run. ${reason}`));
      }
      await pause(CHECK, signal);
    }
  } finally {
    over.abort();
    const close = async (): Promise<void> => {
      await Promise.all([worker.close(), early?.stop()]);
      await Promise.all([queue.close(), ends.close()]);
    };
    await Promise.race([close(), server.over]);
    for (const connection of connections) connection.disconnect();
  }
}

function unknown({ id }: RunRecord, { path }: RunFolder): DeconvnetError {
  return new DeconvnetError(
    'run-unknown',
    `The server does not know the run ${id} any more: it was cancelled, or the server was started again without the data that it had. The results of the parts are kept in ${path}. Start the run again with the same pictures and options: only what is missing is done.`,
  );
}

/** Puts the parts on the queue that need the results of the first ones. */
async function beginSecondStage(record: RunRecord, { server, folder, retry }: ConductedRun): Promise<void> {
  const first = firstParts(record);
  const jobs = Array.from({ length: record.parts - first }, (_, i): PartJob => ({ part: first + i + 1, list: '' }));
  await addFlow(server, record.id, { jobs: await missing(folder, jobs), next: END_JOB, retry });
}

/** How a run has ended, by its last job; undefined while it goes on. */
async function endOf(
  ends: Queue,
  queue: Queue<PartJob, PartReport>,
  { record, folder, index }: { readonly record: RunRecord; readonly folder: RunFolder; readonly index: RunIndex },
): Promise<RunEnd | undefined> {
  const last: Job | undefined = (await ends.getJob(END_JOB)) ?? (await ends.getJob(STAGE_JOB));
  if (!last) {
    // Whoever else waits for the run may have seen its end in the meantime, and have removed its jobs.
    const end = await index.endOf(record.id);
    if (end) return end;
    throw unknown(record, folder);
  }
  const state = await last.getState();
  if (state === 'completed' && last.name === END_JOB) return { at: Date.now() };
  if (state !== 'failed') return undefined;
  const failed = await queue.getFailed(0, NAMED - 1);
  const reasons = failed.map((job) => `part ${job.data.part} of ${record.parts}: ${job.failedReason}`);
  const why = reasons.length > 0 ? reasons.join('; ') : last.failedReason;
  return {
    at: Date.now(),
    failed: `The run ${record.id} failed. ${why}. The results of the other parts are kept in ${folder.path}. When the cause is mended, start the run again with the same pictures and options: only what is missing is done.`,
  };
}
