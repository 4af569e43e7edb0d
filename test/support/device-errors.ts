import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect } from 'vitest';

interface Device extends EventTarget {
  readonly queue: { onSubmittedWorkDone(): Promise<void> };
}

const heard = new WeakSet<Device>();
const errors: string[] = [];

/** A shader that fails on WebGPU throws nowhere: the device says so, later, and the values are wrong. */
afterEach(async () => {
  if (tf.getBackend() !== 'webgpu') return;
  const { device } = tf.backend() as unknown as { device: Device };
  await device.queue.onSubmittedWorkDone();
  // The first says it; the rest follow from it.
  expect(errors.splice(0)[0]).toBeUndefined();
});

/** Collects what the device of the current backend says from now on. */
export function hearDevice(): void {
  if (tf.getBackend() !== 'webgpu') return;
  const { device } = tf.backend() as unknown as { device: Device };
  if (heard.has(device)) return;
  heard.add(device);
  device.addEventListener('uncapturederror', (event) => {
    errors.push((event as Event & { error: { message: string } }).error.message);
  });
}
