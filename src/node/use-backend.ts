import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { importPeer } from './import-peer.js';

/** A backend of TensorFlow.js that runs in plain Node. */
export type NodeBackend = 'wasm' | 'cpu';

const imports: Readonly<Record<NodeBackend, () => Promise<unknown>>> = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

/**
 * Makes a backend the current one and waits until it is ready. Its package is an optional peer and is imported only
 * here: `@tensorflow/tfjs-backend-wasm` (by far the faster one) or `@tensorflow/tfjs-backend-cpu`.
 *
 * @param name `wasm` by default
 * @example
 * ```ts
 * import { useBackend } from 'deconvnet/node';
 *
 * await useBackend();
 * ```
 * @throws DeconvnetError `missing-peer` with the command that installs it; `backend-unavailable` where it does not
 * start; `invalid-option` for a name nobody knows.
 */
export async function useBackend(name: NodeBackend = 'wasm'): Promise<void> {
  if (!Object.hasOwn(imports, name)) {
    throw new DeconvnetError(
      'invalid-option',
      `There is no backend '${name}' here. The backends are: ${Object.keys(imports).join(', ')}.`,
    );
  }
  // An app that has registered it already need not have it where this package looks.
  if (!tf.findBackendFactory(name)) await importPeer(name, imports[name]);
  let cause: unknown;
  const started = await tf.setBackend(name).catch((error: unknown) => {
    cause = error;
    return false;
  });
  if (!started) {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    throw new DeconvnetError(
      'backend-unavailable',
      `The backend '${name}' does not start here${why}. Try ${name === 'wasm' ? "'cpu', which is slow and runs everywhere" : "'wasm'"}.`,
      { cause },
    );
  }
  await tf.ready();
}
