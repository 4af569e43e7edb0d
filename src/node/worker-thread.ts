// The file that worker threads run.

import { workerData } from 'node:worker_threads';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { Deconvnet } from '../deconvnet.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { EncodedSheet } from './gallery/sheet-plan.js';
import { runSheetTask, type SheetTask } from './gallery/sheet-task.js';
import type { SavedChunk } from './mine/chunk-miner.js';
import { type ChunkTask, mineChunk } from './mine/mine-chunk.js';
import { runSetup } from './mine/setup-module.js';
import { shareTensorflow } from './mine/share-tensorflow.js';
import type { WorkerAnswer, WorkerStart } from './mine/worker-protocol.js';
import { loadModel } from './models/load-model.js';
import { topologyOption } from './models/model-place.js';
import { type PictureTask, runPictureTask } from './projecting/picture-task.js';
import type { ProjectedPicture } from './projecting/project-to-file.js';
import { useBackend } from './use-backend.js';

const start = workerData as WorkerStart;
let opened: Promise<Deconvnet> | undefined;

/** Opens the network, so that later tasks find it open. */
export async function openInWorker(): Promise<unknown> {
  return answer(async () => {
    await network();
    return {};
  });
}

/** Mines one chunk. */
export async function mineInWorker(task: ChunkTask): Promise<unknown> {
  return answer(async () => {
    const { miner, skipped } = await mineChunk(await network(), task, start.settings!);
    const chunk = { state: miner.save(), skipped };
    return moved(chunk, chunk.state);
  });
}

/** Projects the patches of one picture to a file. */
export async function projectInWorker(task: PictureTask): Promise<unknown> {
  return answer(async () => (await runPictureTask(await network(), task)) satisfies WorkerAnswer<ProjectedPicture>);
}

/** Draws a sheet of a gallery. */
export async function drawInWorker(task: SheetTask): Promise<unknown> {
  return answer(async () => {
    const sheet = await runSheetTask(task);
    return moved(sheet, sheet.png);
  });
}

/** Answers with a result or a failure. After an unexpected error the backend may be broken, so the worker ends. */
async function answer(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeconvnetError) return failureOf(error);
    setImmediate(() => {
      throw error;
    });
    return new Promise(() => undefined);
  }
}

async function network(): Promise<Deconvnet> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Deconvnet> {
  if (start.quiet) enableProdMode();
  await useBackend(start.backend);
  if (start.setup !== undefined) shareTensorflow();
  const options = { ...start.network, ...(await runSetup(start.setup)) };
  // The thread that started this one has loaded the same model, and has shown its warnings.
  return new Deconvnet(await loadModel(start.model, { ...topologyOption(start), warn: () => undefined }), options);
}

/** Transfers bytes of a result to the other thread without copying them. */
function moved(result: WorkerAnswer<SavedChunk | EncodedSheet>, { buffer }: Uint8Array): unknown {
  return move({ [transferableSymbol]: buffer as ArrayBuffer, [valueSymbol]: result });
}

function failureOf({ code, what, layer, advice }: DeconvnetError): WorkerAnswer<never> {
  return { failure: { code, what, ...(layer !== undefined && { layer }), ...(advice && { advice }) } };
}
