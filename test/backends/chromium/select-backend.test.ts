import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, type SelectedBackend, selectBackend } from 'deconvnet/backends';
import { describe, expect, it } from 'vitest';
import { backends } from '../../support/backends.js';

/** Asks a worker to select a backend, and to compute on it. */
function inWorker(prefer?: readonly BackendName[]): Promise<{ selected: SelectedBackend; sum: number }> {
  const worker = new Worker(new URL('./select-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<{ selected: SelectedBackend; sum: number }>((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data) : reject(new Error(data.error)));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(prefer);
  }).finally(() => worker.terminate());
}

/** The tests' graphics driver is SwiftShader, wherever they run. */
const IN_SOFTWARE: unknown = expect.stringMatching(
  /^it computes in software here \(.*swiftshader.*\), which is slow$/i,
);

describe('selectBackend', () => {
  it('takes wasm where nothing is said, since this machine has no graphics card', async () => {
    const tried = ['webgpu', 'webgl'].map((name) => ({ name, reason: IN_SOFTWARE }));
    expect(await selectBackend()).toEqual({ backend: 'wasm', tried });
    expect(tf.getBackend()).toBe('wasm');
    expect(await inWorker()).toEqual({ selected: { backend: 'wasm', tried }, sum: 6 });
  });

  it.each([...backends, 'cpu'] as const)('starts %s, in a page and in a worker', async (name) => {
    expect(await selectBackend({ prefer: [name] })).toEqual({ backend: name, tried: [] });
    expect(Array.from(await tf.add([1, 2], [3, 4]).data())).toEqual([4, 6]);
    expect(await inWorker([name])).toEqual({ selected: { backend: name, tried: [] }, sum: 6 });
  });
});
