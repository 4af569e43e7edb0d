import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mineOnQueue } from 'deconvnet/queue';
import { picturesOf } from '../pictures.mjs';
import { Calls } from './calls.mjs';
import { Crew } from './crew.mjs';
import { compareMerged } from './expected.mjs';
import { makeTemplate } from './make-template.mjs';
import { peakMemory, resetPeak } from './peak-memory.mjs';
import { longestCommand, serverFigures, startRedis } from './redis-server.mjs';
import { readTemplate } from './template.mjs';

const example = fileURLToPath(new URL('../../examples/cifar10-zfnet/', import.meta.url));
const LAYERS = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'];
/** How long the coordinator waits between two looks at the queue, in seconds, as in src/node/queue/conduct-run.ts. */
const CHECK = 0.5;

/**
 * Mines a listing on a queue whose workers only seem to mine: they write the result of one part again and again, with
 * other ids and activations. Everything else is real: the server, the flow, the files and the merge.
 *
 * @param options `parts`; `perPart`: pictures of each part; `maps`: feature maps of each of five layers; `workers`; `seconds`: of a part, on the average; `kills`: how
 * often a process with a quarter of the workers is killed; `lock`: `lockDuration` and `stalledInterval`
 * @returns figures by phase, in seconds and bytes where their names do not say another unit
 */
export async function simulate(folder, { parts, perPart, maps, workers, seconds, kills, lock }) {
  const chosen = Array.from({ length: maps }, (_, map) => map);
  const what = {
    ...{ model: join(example, 'model'), backend: 'wasm', layers: LAYERS },
    featureMaps: Object.fromEntries(LAYERS.map((layer) => [layer, chosen])),
  };
  const files = await picturesOf(join(example, 'pictures'), perPart);
  const templateFile = join(folder, 'template.checkpoint');
  const template = readTemplate(await makeTemplate(templateFile, { ...what, images: files }));
  const idOf = (index) =>
    `n${String(Math.floor(index / 1300)).padStart(8, '0')}/${String(index).padStart(8, '0')}.JPEG`;
  const images = Array.from({ length: parts * perPart }, (_, index) => {
    const id = idOf(index);
    return { id, path: files[0].path, label: id.slice(0, 9) };
  });
  const server = await startRedis(join(folder, 'redis'));
  const calls = new Calls(server.redis);
  const looks = [];
  const note = ({ stage = 'parts', partsDone = 0 } = {}) =>
    looks.push({ at: Date.now(), calls: calls.count, stage, partsDone });
  const before = await serverFigures(server.redis);
  const rss = process.memoryUsage().rss;
  let crew;
  let begun;
  let begin;
  let during = before;
  const watch = setInterval(async () => {
    const figures = await serverFigures(server.redis);
    if (begin && looks.at(-1).partsDone > 0) during = figures;
  }, 500);
  try {
    resetPeak();
    const from = Date.now();
    const used = process.cpuUsage();
    const started = withResolvers();
    const run = mineOnQueue({
      ...{ ...what, ...lock, queue: server.url, share: join(folder, 'share'), images, parts },
      onBegin(run) {
        begun = run;
        begin = { at: Date.now(), calls: calls.count, peak: peakMemory(), usage: process.cpuUsage() };
        resetPeak();
        note();
        started.resolve();
      },
      onProgress: note,
    });
    await Promise.race([started.promise, run]);
    const added = await serverFigures(server.redis);
    await longestCommand(server.redis);
    const lists = await listFiles(join(begun.folder, 'lists'), parts);
    const job = await server.redis.memory('USAGE', `deconvnet:run-${begun.id}:part-1`);
    const jobs = await server.redis.llen(`deconvnet:run-${begun.id}:wait`);
    const { url } = server;
    crew = new Crew({ workers, kills, parts, job: { url, ...begun, template: templateFile, seconds, lock } });
    const { miner, report } = await run;
    const to = Date.now();
    const usage = process.cpuUsage(begin.usage);
    clearInterval(watch);
    const merged = await stat(join(begun.folder, 'merged.result'));
    const longest = await longestCommand(server.redis);
    const after = await serverFigures(server.redis);
    const working = (crew.last - crew.first) / 1000;
    const ids = Array.from({ length: parts }, (_, part) => template.ids.map((_, i) => idOf(part * perPart + i)));
    const comparing = { template, parts, idsOf: (part) => ids[part - 1], every: 1 };
    return {
      'before the flow': {
        'processor time': (begin.usage.user + begin.usage.system - used.user - used.system) / 1e6,
        'listing, sizes, identity, network': (lists.first - from) / 1000,
        'writing lists': (lists.last - lists.first) / 1000,
        'bytes of a list': lists.bytes,
        'memory of the process': begin.peak,
        'memory before': rss,
      },
      'the flow': {
        'until announced': (begin.at - lists.last) / 1000,
        'in which the server did nothing else': added.transactions - before.transactions,
        'processor time of Redis': added.processor - before.processor,
        jobs,
        'memory of Redis': added.memory,
        'per part': (added.memory - before.memory) / parts,
        'of it the job itself': job,
        commands: begin.calls,
      },
      'looking how far it is': lookFigures(looks),
      'the parts': {
        'from the first to the last': working,
        'processes killed': crew.killed,
        'parts begun again': crew.begun - parts,
        'connections of Redis': during.clients,
        'commands per second': (during.commands - added.commands) / working,
        'processor time of Redis': during.processor - added.processor,
        'memory of Redis': during.memory,
        'most memory of Redis': during.peak,
        'append-only file': during.log,
        'bytes of a result': crew.written / crew.done,
        'lists read': crew.read,
        'results written': crew.written,
      },
      merging: {
        'from the last part to the merged state': (merged.mtimeMs - crew.last) / 1000,
        'bytes of the merged state': merged.size,
        'removing all else': (to - merged.mtimeMs) / 1000,
        'processor time of the process, since it was announced': (usage.user + usage.system) / 1e6,
        'memory of the process': peakMemory(),
        'longest command of Redis': longest.seconds,
        'longest command, by name': longest.name,
        'memory of Redis': after.memory,
        'jobs left': (await server.redis.keys(`deconvnet:run-${begun.id}:part-*`)).length,
        pictures: report.images,
        ...compareMerged(miner.toJSON(), comparing),
      },
    };
  } finally {
    clearInterval(watch);
    crew?.end();
    calls.end();
    await server.close();
  }
}

/** When the lists were written, in milliseconds since 1970, and how long they are on the average. */
async function listFiles(folder, parts) {
  const names = (await readdir(folder)).sort();
  if (names.length !== parts) throw new Error(`There are ${names.length} lists.`);
  const found = [];
  for (const name of names) found.push(await stat(join(folder, name)));
  const times = found.map(({ mtimeMs }) => mtimeMs);
  return {
    first: times.reduce((a, b) => Math.min(a, b)),
    last: times.reduce((a, b) => Math.max(a, b)),
    bytes: found.reduce((sum, { size }) => sum + size, 0) / parts,
  };
}

/** What the looks at the queue cost, while parts are worked on. */
function lookFigures(looks) {
  const pairs = looks
    .slice(1)
    .map((look, i) => ({
      ...look,
      seconds: (look.at - looks[i].at) / 1000 - CHECK,
      commands: look.calls - looks[i].calls,
    }))
    .filter(({ stage, partsDone }) => stage === 'parts' && partsDone > 0);
  const middle = (name) => pairs.map((pair) => pair[name]).sort((a, b) => a - b)[pairs.length >> 1];
  return {
    looks: pairs.length,
    'each, the median': middle('seconds'),
    'commands of each, the median': middle('commands'),
  };
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
