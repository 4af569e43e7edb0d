import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from './backend-name.js';
import { runsInNode } from './runs-in-node.js';
import { firstLine } from './why-not-here.js';

/**
 * Makes a registered backend the current one and waits until it is ready. If it does not start, the backend that was
 * current before stays current.
 *
 * @returns the reason if it did not start, otherwise undefined
 */
export async function startBackend(name: BackendName): Promise<{ reason: string; cause?: unknown } | undefined> {
  const before = tf.getBackend();
  let failure: { reason: string; cause?: unknown } | undefined;
  try {
    if (await tf.setBackend(name)) {
      await tf.ready();
      const inexact = name === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_CAPABLE');
      if (name === 'wasm') await skipZeros();
      if (inexact) failure = { reason: 'this graphics card computes in 16 bits only, which is not exact enough' };
    } else {
      failure = { reason: doesNotStart(name) };
    }
  } catch (cause) {
    failure = { reason: `it does not start (${firstLine(cause)})`, cause };
  }
  // After a backend that did not start, TensorFlow.js has no current backend.
  if (failure && before && before !== name) await tf.setBackend(before);
  return failure;
}

/**
 * A reason for a failed start. TensorFlow.js writes the true one only to the console. In a page the most likely one is
 * that the binaries of wasm were not found; Node finds them.
 */
function doesNotStart(name: BackendName): string {
  const isPage = name === 'wasm' && !runsInNode();
  return isPage ? 'it does not start (give `wasmPaths`, the address of its binaries)' : 'it does not start';
}

/** Lets wasm skip zeros if that is possible. It runs without. */
async function skipZeros(): Promise<void> {
  try {
    await (await import('./zeros/use-zero-skipping.js')).useZeroSkipping();
  } catch {
    // The kernel is not essential.
  }
}
