import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, selectBackend } from 'deconvnet/backends';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { use } from '../../support/backends.js';

const sum = async (): Promise<number> => (await tf.sum(tf.tensor1d([1, 2, 3])).data())[0]!;

describe('selectBackend in Node', () => {
  beforeEach(() => use('cpu'));

  it('takes the first that runs, and says why those before it do not', async () => {
    const { backend, tried } = await selectBackend({ prefer: ['webgl', 'wasm', 'cpu'] });
    expect(backend).toBe('wasm');
    expect(tried).toEqual([{ name: 'webgl', reason: 'Node has no WebGL' }]);
    expect(tf.getBackend()).toBe('wasm');
    expect(await sum()).toBe(6);
  });

  it('tries nothing after it', async () => {
    expect(await selectBackend({ prefer: ['cpu', 'webgl'] })).toEqual({ backend: 'cpu', tried: [] });
  });

  it('takes a backend that an app has registered, and passes over one that does not start', async () => {
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', () => Promise.reject(new Error('no memory')));
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    try {
      const { backend, tried } = await selectBackend({ prefer: ['wasm', 'cpu'] });
      expect([backend, tried]).toEqual(['cpu', [{ name: 'wasm', reason: 'it does not start' }]]);
      await expect(selectBackend({ prefer: ['webgl', 'wasm'] })).rejects.toMatchObject({
        code: 'backend-unavailable',
        message: 'None of the backends runs here. webgl: Node has no WebGL; wasm: it does not start.',
      });
    } finally {
      warn.mockRestore();
      tf.removeBackend('wasm');
    }
    expect(tf.getBackend()).toBe('cpu');
    expect(await sum()).toBe(6);
  });

  it('says what is wrong with its options', async () => {
    for (const prefer of [[], ['cuda' as BackendName]]) {
      await expect(selectBackend({ prefer })).rejects.toMatchObject({
        code: 'invalid-option',
        message: expect.stringContaining('webgpu, webgl, wasm, cpu'),
      });
    }
    const wasmPaths = { 'tfjs-backend-wasm.wasm': 'somewhere' };
    await expect(selectBackend({ prefer: ['wasm'], wasmPaths })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining('tfjs-backend-wasm-simd.wasm'),
    });
  });
});

// What a browser has and has not, as selectBackend sees it.
describe('WebGPU', () => {
  const reasonWith = async (world: Record<string, unknown>): Promise<string | undefined> => {
    vi.stubGlobal('window', {});
    for (const [name, value] of Object.entries(world)) vi.stubGlobal(name, value);
    try {
      const { tried } = await selectBackend({ prefer: ['webgpu', 'cpu'] });
      return tried[0]?.reason;
    } finally {
      vi.unstubAllGlobals();
    }
  };
  const gpu = (requestAdapter: () => Promise<unknown>): object => ({ gpu: { requestAdapter } });

  it('is distinguished from a page that may not have it, and from a machine without a driver', async () => {
    expect(await reasonWith({ navigator: {} })).toMatch(/no navigator\.gpu/);
    expect(await reasonWith({ navigator: {}, isSecureContext: false })).toMatch(/https/);
    expect(await reasonWith({ navigator: gpu(async () => null) })).toMatch(/no adapter/);
    const failing = gpu(() => Promise.reject(new Error('lost\nstack')));
    expect(await reasonWith({ navigator: failing })).toBe('WebGPU does not start (lost)');
  });
});
