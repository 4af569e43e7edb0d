// The file that the process of a worker of a queue runs.

import { basename, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { Deconvnet } from '../deconvnet.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { PatchMiner } from '../mine/patch-miner.js';
import { plainOptions } from './mine/open-network.js';
import { identityDifferences } from './mine/run-identity.js';
import { runSetup } from './mine/setup-module.js';
import { shareTensorflow } from './mine/share-tensorflow.js';
import { loadModel } from './models/load-model.js';
import { type ModelPlace, topologyOption } from './models/model-place.js';
import { checkUrls } from './pictures/allowed-hosts.js';
import { drawPart, listedImages, readMinedState } from './queue/draw-part.js';
import { environmentOf } from './queue/environment.js';
import { MachinePaths } from './queue/machine-paths.js';
import { minePart } from './queue/mine-part.js';
import type { ListedPicture } from './queue/mine-settings.js';
import type {
  DrawTask,
  FromProcess,
  MachinePlace,
  MinedPart,
  MineTask,
  Opened,
  OpenTask,
  ToProcess,
} from './queue/process-protocol.js';
import { RunFolder } from './queue/run-folder.js';
import { miningIdentity, withoutListing } from './queue/run-identity-of.js';
import type { RunRecord } from './queue/run-record.js';
import { useBackend } from './use-backend.js';

/** The number of turns of the event loop after which this process has received all messages that were sent to it. */
const TURNS = 2;

/** The run that is worked on, and its network. */
interface OpenRun {
  readonly record: RunRecord;
  readonly place: MachinePlace;
  readonly deconvnet: Deconvnet;
  readonly model: ModelPlace;
  readonly folder: RunFolder;
  readonly paths: MachinePaths;
}

let run: OpenRun | undefined;
let mined: Promise<PatchMiner> | undefined;
let lease = 0;
let stop = new AbortController();

// A worker that has ended cannot be told a result, and loses its lock. A signal that asks to end is for the worker.
process.on('disconnect', () => process.exit());
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);

process.on('message', (message: ToProcess) => {
  if ('lease' in message) lease = message.lease;
  else if ('stop' in message) stop.abort(STOPPED);
  else if (message.ask === 'open') void answer(open(message.task));
  else if (message.ask === 'mine') void answer(mine(message.task));
  else void answer(draw(message.task));
});

const STOPPED = new Error('stopped');

function tell(message: FromProcess): void {
  process.send?.(message);
}

async function answer(work: Promise<object>): Promise<void> {
  try {
    tell({ answer: await work });
  } catch (error) {
    if (error === STOPPED) tell({ stopped: true });
    else if (error instanceof DeconvnetError) {
      const { code, what, layer, advice } = error;
      tell({ failure: { code, what, layer, advice } });
    } else tell({ bug: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    stop = new AbortController();
  }
}

async function open({ record, place }: OpenTask): Promise<Opened> {
  enableProdMode();
  const paths = new MachinePaths(place.map, [...place.folders, ...(place.share === undefined ? [] : [place.share])]);
  // The worker writes into this folder. It must have the name of the run, so that no other folder can be meant.
  const announced = basename(record.folder) === record.id ? record.folder : join(record.folder, record.id);
  const folder = place.share === undefined ? await paths.find(announced) : join(place.share, record.id);
  const model = {
    model: await paths.find(record.model),
    ...(record.topology !== undefined && { topology: await paths.find(record.topology) }),
  };
  checkUrls(
    record.origins.map((path) => ({ id: path, path })),
    { hosts: place.allowHosts },
  );
  await useBackend(record.backend);
  if (place.setup !== undefined) shareTensorflow();
  const { mirrors } = await runSetup(place.setup);
  const loaded = await loadModel(model.model, { ...topologyOption(model), warn: () => undefined });
  const deconvnet = new Deconvnet(loaded, { ...plainOptions(record.network), ...(mirrors && { mirrors }) });
  run = { record, place, deconvnet, model, folder: new RunFolder(folder), paths };
  const { job } = record;
  const here =
    job.kind === 'mine' ? withoutListing(await miningIdentity(deconvnet, job, [])) : await environmentOf(deconvnet);
  const there = Object.fromEntries(Object.entries(record.identity).filter(([name]) => name in here));
  return { differences: identityDifferences(there, here), folder };
}

/** Whether the worker still has the lock. What it has told is heard first, after a computation that took long. */
async function mayWrite(): Promise<boolean> {
  for (let i = 0; i < TURNS; i++) await turn();
  return Date.now() < lease;
}

async function mine(task: MineTask): Promise<MinedPart> {
  const { record, place, deconvnet, folder, paths } = run!;
  if (record.job.kind !== 'mine') throw new Error('The run does not mine.');
  return minePart(task, {
    ...{ deconvnet, folder, paths, settings: record.job, workers: place.workers },
    allowHosts: place.allowHosts,
    network: { ...networkOf(run!), backend: record.backend },
    watch: {
      mayWrite,
      caution: {
        suspects: new Set(task.suspects),
        condemned: new Map(task.condemned.map((one) => [one.id, one])),
        onBegin: (ids) => tell({ begin: ids }),
        onEnd: (ids) => tell({ end: ids }),
      },
    },
    onProgress: ({ done, total }) => tell({ progress: { done, total } }),
    signal: stop.signal,
  });
}

async function draw({ part }: DrawTask): Promise<object> {
  const { record, place, deconvnet, folder, paths } = run!;
  const { job } = record;
  if (job.kind !== 'draw') throw new Error('The run does not draw.');
  mined ??= readMinedState(deconvnet, folder, job.state).catch((error: unknown) => {
    // The next part tries it again.
    mined = undefined;
    throw error;
  });
  const list = job.list === undefined ? undefined : await folder.readList<ListedPicture>(0, job.list);
  await drawPart(part, {
    ...{ miner: await mined, record, settings: job, folder, workers: place.workers, network: networkOf(run!) },
    source: list && listedImages(deconvnet, list, { paths, allowHosts: place.allowHosts, maxPixels: job.maxPixels }),
    onProgress: (progress) => tell({ progress }),
    signal: stop.signal,
  });
  return {};
}

/** How worker threads open the network. */
function networkOf({ record, place, model }: OpenRun) {
  return { ...plainOptions(record.network), ...model, ...(place.setup !== undefined && { setup: place.setup }) };
}
