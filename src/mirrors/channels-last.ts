import * as tf from '@tensorflow/tfjs-core';

/** Moves the channels of a picture-shaped tensor from axis 1 to the end, where tfjs's kernels want them. */
export function toChannelsLast(x: tf.Tensor, channelsFirst: boolean): tf.Tensor4D {
  return (channelsFirst ? tf.transpose(x, [0, 2, 3, 1]) : x) as tf.Tensor4D;
}

/** And back to where the layer has them. */
export function fromChannelsLast(x: tf.Tensor, channelsFirst: boolean): tf.Tensor {
  return channelsFirst ? tf.transpose(x, [0, 3, 1, 2]) : x;
}
