// Some workers of a queue in one process, which do not compute: they read the list of a part, wait, and write a result.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { readTemplate, resultOf } from './template.mjs';

const { url, id, folder, template: path, workers, name, seconds, lock } = JSON.parse(process.argv[2]);
const template = readTemplate(await readFile(path));
const connect = () => new Redis(url, { maxRetriesPerRequest: null }).on('error', () => undefined);
/** The prefix of all keys, as in src/node/queue/run-record.ts. */
const PREFIX = 'deconvnet';

for (let i = 0; i < workers; i++) begin(`${name}-${i}`);

function begin(worker) {
  // A real worker has a connection for its own commands, and those of BullMQ.
  const own = connect();
  const queue = new Worker(`run-${id}`, (job, token) => work(job, token, worker), {
    ...{ connection: connect(), prefix: PREFIX, name: worker, concurrency: 1, maxStalledCount: 10_000, ...lock },
  });
  queue.on('error', () => undefined);
  // What a real worker asks twice a second while it works for a run.
  setInterval(() => {
    own.zadd(`${PREFIX}:workers`, Date.now(), worker);
    own.get(`${PREFIX}:end:${id}`);
    own.get(`${PREFIX}:run:${id}`);
  }, 500);
}

async function work(job, token, worker) {
  const { part, list } = job.data;
  const result = join(folder, 'results', `${nameOf(part)}.result`);
  if (await stat(result).catch(() => undefined)) return { images: 0 };
  process.send({ begun: part });
  const bytes = await readFile(join(folder, 'lists', `${nameOf(part)}.json`));
  if (createHash('sha256').update(bytes).digest('hex') !== list) throw new Error(`The list of part ${part} is wrong.`);
  const pictures = JSON.parse(bytes.toString());
  const until = Date.now() + 2000 * seconds * Math.random();
  for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
    await wait(Math.min(1000, left));
    if (left > 1000) await job.updateProgress({ done: 1, total: pictures.length, worker, machine: name });
  }
  const made = resultOf(
    template,
    part,
    pictures.map((picture) => picture.id),
  );
  const draft = join(folder, 'work', nameOf(part), `${worker}.checkpoint`);
  await mkdir(dirname(draft), { recursive: true });
  const file = await open(draft, 'w');
  await file.write(made);
  await file.sync();
  await file.close();
  if ((await job.extendLock(token, lock.lockDuration)) === 0) throw new Error('The lock was lost.');
  await mkdir(dirname(result), { recursive: true });
  await rename(draft, result);
  await rm(dirname(draft), { recursive: true, force: true });
  process.send({ read: bytes.length, written: made.length });
  return { images: pictures.length };
}

function nameOf(part) {
  return String(part).padStart(6, '0');
}
