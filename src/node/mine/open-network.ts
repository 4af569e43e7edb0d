import { engine, getBackend, ready } from '@tensorflow/tfjs-core';
import { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import { findNode } from '../../network/network.js';
import { loadModel } from '../models/load-model.js';
import type { NodeBackend } from '../peers.js';
import { useBackend } from '../use-backend.js';
import type { MineImagesOptions } from './mine-images-options.js';
import { runSetup } from './setup-module.js';
import type { PlainDeconvnetOptions } from './worker-protocol.js';

/**
 * Makes the backend ready that this thread and its workers compute with, and names it.
 *
 * @throws DeconvnetError `invalid-option` where workers do not have it; as `useBackend`.
 */
export async function chooseBackend(wanted: NodeBackend | undefined, workers: number): Promise<string> {
  if (wanted !== undefined || engine().backendNames().length === 0) await useBackend(wanted);
  else await ready();
  const backend = getBackend();
  if (workers === 0 || backend === 'wasm' || backend === 'cpu') return backend;
  throw new DeconvnetError(
    'invalid-option',
    `Workers run on the backends wasm and cpu, and this thread on '${backend}'.`,
    { advice: { about: 'worker-backend', text: "Say { backend: 'wasm' }, or { workers: 0 }." } },
  );
}

/** The Deconvnet to mine with; `dispose` frees what was opened here, and nothing else. */
export async function openNetwork(
  options: MineImagesOptions,
  setup: string | undefined,
): Promise<{ readonly deconvnet: Deconvnet; dispose(): void }> {
  // What the module registers is needed to open a network; its mirrors are in one that is open.
  if (options.deconvnet) return { deconvnet: options.deconvnet, dispose: () => undefined };
  const { mirrors } = await runSetup(setup);
  const model = await loadModel(options.model!);
  try {
    const deconvnet = new Deconvnet(model, { ...plainOptions(options), ...(mirrors && { mirrors }) });
    return {
      deconvnet,
      dispose() {
        deconvnet.dispose();
        model.dispose();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Says now what every picture would say. */
export async function checkNetwork({ deconvnet, layers }: PatchMiner): Promise<void> {
  deconvnet.toInput({ width: 1, height: 1, data: new Uint8ClampedArray(4) }).dispose();
  await deconvnet.engine.checkWeights(layers.map((name) => findNode(deconvnet.engine.network, name)));
}

/** The options of a Deconvnet that cross threads. */
export function plainOptions({ input, labels, rule, fallback }: PlainDeconvnetOptions): PlainDeconvnetOptions {
  return {
    ...(input !== undefined && { input }),
    ...(labels !== undefined && { labels }),
    ...(rule !== undefined && { rule }),
    ...(fallback !== undefined && { fallback }),
  };
}
