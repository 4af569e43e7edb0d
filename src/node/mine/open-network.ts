import { engine, getBackend, ready } from '@tensorflow/tfjs-core';
import { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import { findNode } from '../../network/network.js';
import { loadModel } from '../models/load-model.js';
import { topologyOption } from '../models/model-place.js';
import type { NodeBackend } from '../peers.js';
import { useBackend } from '../use-backend.js';
import type { MineImagesOptions } from './mine-images-options.js';
import { runSetup } from './setup-module.js';
import type { PlainDeconvnetOptions } from './worker-protocol.js';

/**
 * Starts the backend on which this thread and its workers compute, and returns its name.
 *
 * @throws DeconvnetError `invalid-option` if workers cannot use this backend; as `useBackend`.
 */
export async function chooseBackend(wanted: NodeBackend | undefined, workers: number): Promise<string> {
  if (wanted !== undefined || engine().backendNames().length === 0) await useBackend(wanted);
  else await ready();
  const backend = getBackend();
  if (workers === 0 || backend === 'wasm' || backend === 'cpu') return backend;
  throw new DeconvnetError(
    'invalid-option',
    `Workers run on the backends 'wasm' and 'cpu', but this thread runs on '${backend}'.`,
    { advice: { about: 'worker-backend', text: "Give { backend: 'wasm' }, or { workers: 0 }." } },
  );
}

/** The Deconvnet to mine with. `dispose` only disposes what was opened here. */
export async function openNetwork(
  options: MineImagesOptions,
  setup: string | undefined,
): Promise<{ readonly deconvnet: Deconvnet; dispose(): void }> {
  // A given Deconvnet needs no setup module: its layer classes are registered, and it has its mirrors.
  if (options.deconvnet) return { deconvnet: options.deconvnet, dispose: () => undefined };
  const { mirrors } = await runSetup(setup);
  const model = await loadModel(options.model!, topologyOption(options));
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

/** Fails early with the error that every picture would cause. */
export async function checkNetwork({ deconvnet, layers }: PatchMiner): Promise<void> {
  if (deconvnet.takesPictures) deconvnet.toInput({ width: 1, height: 1, data: new Uint8ClampedArray(4) }).dispose();
  await deconvnet.engine.checkWeights(layers.map((name) => findNode(deconvnet.engine.network, name)));
}

/** The options of a Deconvnet that can be sent to another thread. */
export function plainOptions({ input, labels, rule, fallback }: PlainDeconvnetOptions): PlainDeconvnetOptions {
  return {
    ...(input !== undefined && { input }),
    ...(labels !== undefined && { labels }),
    ...(rule !== undefined && { rule }),
    ...(fallback !== undefined && { fallback }),
  };
}
