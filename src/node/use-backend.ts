import * as tf from '@tensorflow/tfjs-core';
import { provideWebgpu } from '../backends/node-webgpu.js';
import { startBackend } from '../backends/start-backend.js';
import { whyNotHere } from '../backends/why-not-here.js';
import { checkValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { importPeer } from './import-peer.js';
import type { NodeBackend } from './peers.js';

const imports: Readonly<Record<NodeBackend, () => Promise<unknown>>> = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
};

/**
 * Makes a backend the current one, and waits until it is ready. The package of a backend is an optional peer that is
 * imported only here: `@tensorflow/tfjs-backend-wasm` (by far the fastest without a graphics card),
 * `@tensorflow/tfjs-backend-cpu`, or `@tensorflow/tfjs-backend-webgpu` together with `webgpu`. If the backend does not
 * start, the current one stays. `selectBackend` of `deconvnet/backends` tries several backends in turn.
 *
 * @param name the backend; `wasm` by default
 * @example
 * ```ts
 * import { useBackend } from 'deconvnet/node';
 *
 * await useBackend();
 * ```
 * @throws DeconvnetError `missing-peer`, with the command that installs the package; `backend-unavailable` if the backend
 * does not start; `invalid-option` for an unknown name.
 */
export async function useBackend(name: NodeBackend = 'wasm'): Promise<void> {
  checkValue(typeof name === 'string', `The name of a backend is a string such as 'wasm'`, name);
  if (!Object.hasOwn(imports, name)) {
    throw new DeconvnetError(
      'invalid-option',
      `There is no backend '${name}' in Node. Backends: ${Object.keys(imports).join(', ')}.`,
    );
  }
  if (name === 'webgpu') await findAdapter();
  // If the app has registered the backend already, this package need not be able to find it.
  if (!tf.findBackendFactory(name)) await importPeer(name, imports[name]);
  const failure = await startBackend(name);
  if (failure) throw unavailable(name, failure.reason, failure.cause);
}

async function findAdapter(): Promise<void> {
  const takeBack = await importPeer('dawn', provideWebgpu);
  const reason = await whyNotHere.webgpu();
  if (reason === undefined) return;
  takeBack();
  throw unavailable('webgpu', reason);
}

function unavailable(name: NodeBackend, reason: string, cause?: unknown): DeconvnetError {
  const other = name === 'wasm' ? "'cpu', which is slow and runs everywhere" : "'wasm'";
  return new DeconvnetError(
    'backend-unavailable',
    `The backend '${name}' does not run here: ${reason}. Try ${other}.`,
    {
      cause,
    },
  );
}
