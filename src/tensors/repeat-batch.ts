import * as tf from '@tensorflow/tfjs-core';

/** A tensor so many times after itself along its first axis; for one picture, a batch of it. */
export function repeatPictures(x: tf.Tensor, times: number): tf.Tensor {
  const [pictures, ...shape] = x.shape as [number, ...number[]];
  // As a matrix: of rank 5 WebGPU reads tensors back to repeat them, which it cannot.
  const rows = tf.reshape(x, [pictures, shape.reduce((a, b) => a * b, 1)]);
  return tf.reshape(tf.tile(rows, [times, 1]), [pictures * times, ...shape]);
}
