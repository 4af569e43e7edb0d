import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from 'deconvnet/backends';
import { useBackend } from 'deconvnet/node';
import { expect, it } from 'vitest';

it('runs WebGPU in Node, by either way', async () => {
  await useBackend('webgpu');
  expect(tf.getBackend()).toBe('webgpu');
  expect(Array.from(await tf.add([1, 2], [3, 4]).data())).toEqual([4, 6]);
  expect(await selectBackend({ prefer: ['webgpu'] })).toEqual({ backend: 'webgpu', tried: [] });
});

it('prefers wasm to WebGPU in software', async () => {
  const { backend, tried } = await selectBackend();
  expect(backend).toBe('wasm');
  expect(tried).toEqual([
    { name: 'webgpu', reason: expect.stringMatching(/^it computes in software here \(google swiftshader /) },
    { name: 'webgl', reason: 'Node has no WebGL' },
  ]);
});
