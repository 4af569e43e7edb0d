import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from 'deconvnet/backends';
import { useBackend } from 'deconvnet/node';
import { expect, it } from 'vitest';

it('runs WebGPU in Node, by either way', async () => {
  await useBackend('webgpu');
  expect(tf.getBackend()).toBe('webgpu');
  expect(Array.from(await tf.add([1, 2], [3, 4]).data())).toEqual([4, 6]);
  expect(await selectBackend()).toEqual({ backend: 'webgpu', tried: [] });
});
