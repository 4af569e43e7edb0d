import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from './backend-name.js';
import { runsInNode } from './runs-in-node.js';
import { firstLine } from './why-not-here.js';

/**
 * Makes a registered backend the current one and waits until it is ready. Where it does not start, the one before
 * stays current.
 *
 * @returns why it did not start, or undefined
 */
export async function startBackend(name: BackendName): Promise<{ reason: string; cause?: unknown } | undefined> {
  const before = tf.getBackend();
  let failure: { reason: string; cause?: unknown } | undefined;
  try {
    if (await tf.setBackend(name)) {
      await tf.ready();
      const inexact = name === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_CAPABLE');
      if (inexact) failure = { reason: 'this graphics card computes in 16 bits only, which is not exact enough' };
    } else {
      failure = { reason: doesNotStart(name) };
    }
  } catch (cause) {
    failure = { reason: `it does not start (${firstLine(cause)})`, cause };
  }
  // A backend that did not start leaves TensorFlow.js with none.
  if (failure && before && before !== name) await tf.setBackend(before);
  return failure;
}

/** TensorFlow.js tells the reason to the console alone. Node finds the binaries of wasm, but a page has to be told. */
function doesNotStart(name: BackendName): string {
  const isPage = name === 'wasm' && !runsInNode();
  return isPage ? 'it does not start (`wasmPaths` says where its binaries are)' : 'it does not start';
}
