import * as tf from '@tensorflow/tfjs-core';

/** Repeats a tensor along its first axis: a batch of one row becomes a batch of `times` equal rows. */
export function repeatBatch(x: tf.Tensor, times: number): tf.Tensor {
  const [batch, ...shape] = x.shape as [number, ...number[]];
  // The tensor is tiled as a matrix, because WebGPU would read a tensor of rank 5 back to tile it, which fails.
  const rows = tf.reshape(x, [batch, shape.reduce((a, b) => a * b, 1)]);
  return tf.reshape(tf.tile(rows, [times, 1]), [batch * times, ...shape]);
}
