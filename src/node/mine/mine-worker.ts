// The file that worker threads run.

import { workerData } from 'node:worker_threads';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { loadModel } from '../models/load-model.js';
import { useBackend } from '../use-backend.js';
import { type ChunkTask, type MinedChunk, mineChunk } from './mine-chunk.js';
import { runSetup } from './setup-module.js';
import { shareTensorflow } from './share-tensorflow.js';
import type { WorkerAnswer, WorkerStart } from './worker-protocol.js';

const start = workerData as WorkerStart;
let opened: Promise<Deconvnet> | undefined;

/**
 * Mines one chunk. The first task of a worker opens the network; a task without files does nothing else.
 *
 * After an unexpected error the backend may be broken, so the worker ends.
 */
export async function mineInWorker(task: ChunkTask): Promise<unknown> {
  try {
    opened ??= open();
    return moved(await mineChunk(await opened, task, start.settings));
  } catch (error) {
    if (error instanceof DeconvnetError) return failureOf(error);
    setImmediate(() => {
      throw error;
    });
    return new Promise(() => undefined);
  }
}

async function open(): Promise<Deconvnet> {
  if (start.quiet) enableProdMode();
  await useBackend(start.backend);
  if (start.setup !== undefined) shareTensorflow();
  const options = { ...start.network, ...(await runSetup(start.setup)) };
  // The thread that started this one has loaded the same model, and has shown its warnings.
  return new Deconvnet(await loadModel(start.model, { warn: () => undefined }), options);
}

/** Transfers the bytes to the other thread without copying them. */
function moved(chunk: MinedChunk): unknown {
  return move({
    [transferableSymbol]: chunk.state.buffer,
    [valueSymbol]: chunk satisfies WorkerAnswer,
  });
}

function failureOf({ code, what, layer, advice }: DeconvnetError): WorkerAnswer {
  return { failure: { code, what, ...(layer !== undefined && { layer }), ...(advice && { advice }) } };
}
