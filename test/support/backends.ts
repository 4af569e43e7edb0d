import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendName } from 'deconvnet/backends';
import { inject } from 'vitest';
import { hearDevice } from './device-errors.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Which backends a run is on; see the vitest configurations. */
    readonly backends: readonly BackendName[];
    /** The share of generated cases that a run draws: graphics cards in software are slow, and the build is tested twice. */
    readonly share: number;
    /** Whether kill runs, fuzzing and simulations draw many more cases than `npm test` has the time for. */
    readonly long?: boolean;
  }
}

/** The backends that every exactness test runs on. */
export const backends: readonly BackendName[] = inject('backends');

/** How many generated cases to draw here, of so many on the host's backends. */
export const draws = (count: number): number => Math.ceil(count * inject('share'));

/** As many of a list as are drawn here, spread over it. */
export function sampled<Item>(list: readonly Item[]): Item[] {
  const step = Math.max(1, list.length / Math.max(1, draws(list.length)));
  return list.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** All of a list in a long run; else as many as are drawn here. */
export const unlessLong = <Item>(list: readonly Item[]): readonly Item[] => (inject('long') ? list : sampled(list));

/** All of a list in a long run; else one of it, which is another one for the next number. */
export const inTurn = <Item>(list: readonly Item[], number: number): readonly Item[] =>
  inject('long') ? list : [list[number % list.length]!];

const graphics = {
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
};

/** Makes a backend the current one, or throws. */
export async function use(backend: BackendName): Promise<void> {
  if (backend === 'webgl' || backend === 'webgpu') await graphics[backend]();
  // Else small tensors are computed by the cpu backend, and the kernels meant are not tested.
  if (backend === 'webgpu') tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (!(await tf.setBackend(backend))) throw new Error(`Backend ${backend} did not start.`);
  await tf.ready();
  hearDevice();
}
