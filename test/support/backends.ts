import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';

/** The backends that every exactness test runs on. */
export const backends = ['cpu', 'wasm'] as const;

/** Makes a backend the current one, or throws. */
export async function use(backend: (typeof backends)[number]): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`Backend ${backend} did not start.`);
  await tf.ready();
}
