// The file that the process of a worker of a queue runs.

import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { Deconvnet } from '../deconvnet.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { identityDifferences } from './mine/run-identity.js';
import { runSetup } from './mine/setup-module.js';
import { shareTensorflow } from './mine/share-tensorflow.js';
import { loadModel } from './models/load-model.js';
import { MachinePaths } from './queue/machine-paths.js';
import { minePart } from './queue/mine-part.js';
import type { FromProcess, MinedPart, MineTask, Opened, OpenTask, ToProcess } from './queue/process-protocol.js';
import { RunFolder } from './queue/run-folder.js';
import { miningIdentity, withoutListing } from './queue/run-identity-of.js';
import { useBackend } from './use-backend.js';

/** After so many turns of the event loop, all messages that have come are heard. */
const TURNS = 2;

let opened:
  | (OpenTask & {
      readonly deconvnet: Deconvnet;
      readonly model: string;
      readonly folder: RunFolder;
      readonly paths: MachinePaths;
    })
  | undefined;
let lease = 0;
let stop = new AbortController();

// A worker that has ended cannot be told a result, and has lost its lock. A signal that asks to end is for the worker.
process.on('disconnect', () => process.exit());
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);

process.on('message', (message: ToProcess) => {
  if ('lease' in message) lease = message.lease;
  else if ('stop' in message) stop.abort(stop);
  else void answer(message.ask === 'open' ? open(message.task) : mine(message.task));
});

function tell(message: FromProcess): void {
  process.send?.(message);
}

async function answer(work: Promise<object>): Promise<void> {
  const { signal } = stop;
  try {
    tell({ answer: await work });
  } catch (error) {
    if (error === signal.reason && signal.aborted) tell({ stopped: true });
    else if (error instanceof DeconvnetError) {
      const { code, what, layer, advice } = error;
      tell({ failure: { code, what, ...(layer !== undefined && { layer }), ...(advice && { advice }) } as never });
    } else tell({ bug: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    stop = new AbortController();
  }
}

async function open({ record, place }: OpenTask): Promise<Opened> {
  enableProdMode();
  const paths = new MachinePaths(place.map, [...place.folders, ...(place.share === undefined ? [] : [place.share])]);
  const folder = place.share === undefined ? await paths.find(record.folder) : join(place.share, record.id);
  const model = await paths.find(record.model);
  await useBackend(record.backend);
  if (place.setup !== undefined) shareTensorflow();
  const { mirrors } = await runSetup(place.setup);
  const deconvnet = new Deconvnet(await loadModel(model, { warn: () => undefined }), {
    ...record.network,
    ...(mirrors && { mirrors }),
  });
  opened = { record, place, deconvnet, model, folder: new RunFolder(folder), paths };
  const here = withoutListing(await miningIdentity(deconvnet, record.job as never, []));
  return { differences: identityDifferences(withoutListing(record.identity), here), folder };
}

/** Whether the worker still has the lock. What it has told is heard first, after a computation that took long. */
async function mayWrite(): Promise<boolean> {
  for (let i = 0; i < TURNS; i++) await turn();
  return Date.now() < lease;
}

async function mine(task: MineTask): Promise<MinedPart> {
  const { record, place, deconvnet, model, folder, paths } = opened!;
  const { backend, network } = record;
  return minePart(task, {
    ...{ deconvnet, folder, paths, settings: record.job as never, workers: place.workers },
    network: { ...network, model, backend, ...(place.setup !== undefined && { setup: place.setup }) },
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
