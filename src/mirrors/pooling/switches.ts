import type * as tf from '@tensorflow/tfjs-core';
import { usesHostKernels } from '../../tensors/host-kernel.js';
import type { PoolGeometry } from './pool-geometry.js';
import { composedSwitches, composedUnpool } from './switches-composed.js';
import { runSwitchesKernel, runUnpoolKernel } from './switches-on-host.js';

/**
 * The switches of max pooling: for each output, the place of its window's first maximum. Places are counted in
 * row-major order within the window. The result is int32, `[batch, ...output, maps]`, with channels last.
 *
 * No pooling kernel of tfjs is right on ties on every backend, so the library has two ways of its own: a loop over the
 * backend's memory on cpu and wasm, and composed operations on other backends.
 */
export function switchesOf(x: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  return usesHostKernels() ? runSwitchesKernel(x, geometry) : composedSwitches(x, geometry);
}

/**
 * Puts the signal of each window on its switch, and adds signals that share a switch. The result is float32 and shaped
 * like the region `geometry.input`. The switches may have a batch of 1 for a signal of any batch.
 */
export function unpool(signal: tf.Tensor, switches: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  return usesHostKernels() ? runUnpoolKernel(signal, switches, geometry) : composedUnpool(signal, switches, geometry);
}
