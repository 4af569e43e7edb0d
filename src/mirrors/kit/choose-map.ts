import * as tf from '@tensorflow/tfjs-core';

/**
 * One entry of an axis, which keeps its place with size 1. It is gathered, because on wasm a slice first copies the
 * whole tensor.
 */
export function chooseMap(x: tf.Tensor, featureMap: number, axis: number): tf.Tensor {
  return tf.gather(x, [featureMap], axis);
}

/**
 * The part of a kernel `[..., maps, channels]` that one feature map goes through. A kernel without taps has no such
 * axes.
 */
export function kernelOfMap(kernel: tf.Tensor, featureMap: number): tf.Tensor {
  return kernel.rank < 2 ? kernel : chooseMap(kernel, featureMap, kernel.rank - 2);
}
