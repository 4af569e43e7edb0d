import * as tf from '@tensorflow/tfjs-core';
import { type SelectBackendOptions, type SelectedBackend, selectBackend } from 'deconvnet/backends';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { use } from '../../support/backends.js';

const CARD = { vendor: 'nvidia', architecture: 'ampere' };
const SOFTWARE = { vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true };
const PASSED_OVER = { name: 'webgpu', reason: 'it computes in software here (google swiftshader), which is slow' };
const NO_CANVAS = { name: 'webgl', reason: 'there is no canvas here' };

beforeEach(() => use('cpu'));
afterEach(async () => {
  await use('cpu');
  tf.removeBackend('webgpu');
  vi.unstubAllGlobals();
});

/** What is selected in a page whose WebGPU has this adapter. */
function selectedOn(info: object, options?: SelectBackendOptions): Promise<SelectedBackend> {
  vi.stubGlobal('window', {});
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({ info }) } });
  // It computes on cpu, under the name of what this machine need not have.
  tf.registerBackend('webgpu', () => tf.findBackend('cpu'));
  return selectBackend(options);
}

it('WebGPU is taken where it has a graphics card, and where it does not tell', async () => {
  expect(await selectedOn(CARD)).toEqual({ backend: 'webgpu', tried: [] });
  expect(await selectedOn({})).toEqual({ backend: 'webgpu', tried: [] });
  expect(tf.getBackend()).toBe('webgpu');
});

it('wasm is taken where WebGPU computes in software', async () => {
  expect(await selectedOn(SOFTWARE)).toEqual({ backend: 'wasm', tried: [PASSED_OVER, NO_CANVAS] });
  expect(tf.getBackend()).toBe('wasm');
});

it('an order of one’s own stays', async () => {
  const prefer = ['webgl', 'webgpu', 'wasm'] as const;
  expect(await selectedOn(SOFTWARE, { prefer })).toEqual({ backend: 'webgpu', tried: [NO_CANVAS] });
});

it('software comes before cpu where wasm does not start', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => Promise.reject(new Error('no binaries')));
  try {
    const reason = 'it does not start (give `wasmPaths`, the address of its binaries)';
    const tried = [NO_CANVAS, { name: 'wasm', reason }];
    expect(await selectedOn(SOFTWARE)).toEqual({ backend: 'webgpu', tried });
  } finally {
    warn.mockRestore();
  }
});
