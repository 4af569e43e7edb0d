import type { Worker } from 'bullmq';
import { type JoinOptions, NotJoined } from './join-options.js';
import { PartWork } from './part-work.js';
import { pause } from './pause.js';
import { lockSettings, type PartJob, type PartReport, partQueueOf } from './run-queues.js';

/** How often it is checked whether the run goes on, in milliseconds. */
const CHECK = 500;

/**
 * Works on the parts of a run until it ends, until there is nothing to do any more, or until the signal stops it.
 *
 * @returns whether there was something to do
 * @throws NotJoined if this machine does not match the run, or cannot work on its parts.
 */
export async function joinRun(options: JoinOptions): Promise<boolean> {
  const { record, server, index, worker: name, signal, mayLeave } = options;
  const work = new PartWork(options);
  try {
    await work.open();
    options.onJoined();
    const connection = server.connect();
    const worker: Worker<PartJob, PartReport> = new server.bullmq.Worker<PartJob, PartReport>(
      partQueueOf(record.id),
      async (job, token) => {
        try {
          return await work.run(job, token!);
        } finally {
          // Otherwise the same part would come again and again.
          if (work.refusal !== undefined) void worker.pause(true);
        }
      },
      { connection, name, ...lockSettings(options), concurrency: 1 },
    );
    // No listener has to act on these errors: BullMQ makes a lost connection again, and a job reports its own error.
    worker.on('error', () => undefined);
    const stop = (): void => work.stop();
    signal?.addEventListener('abort', stop);
    try {
      let idleSince = Date.now();
      let worked = false;
      while (!signal?.aborted) {
        await pause(CHECK, signal);
        await index.seen(name);
        // A run that nobody knows any more was cancelled.
        if ((await index.endOf(record.id)) || !(await index.find(record.id))) break;
        if (work.refusal !== undefined) throw new NotJoined(work.refusal, { forNow: true });
        if (work.isBusy) [idleSince, worked] = [Date.now(), true];
        else if (await mayLeave(Date.now() - idleSince)) break;
      }
      return worked;
    } finally {
      work.stop();
      signal?.removeEventListener('abort', stop);
      // BullMQ waits for a server that is away for ever.
      await Promise.race([worker.close(), server.over.then(() => work.settled())]);
      connection.disconnect();
    }
  } finally {
    await work.close();
  }
}
