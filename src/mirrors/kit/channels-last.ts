import * as tf from '@tensorflow/tfjs-core';

/** Moves the channels of a picture-shaped tensor of any rank from axis 1 to the end, where tfjs's kernels want them. */
export function toChannelsLast(x: tf.Tensor, channelsFirst: boolean): tf.Tensor {
  if (!channelsFirst) return x;
  return tf.transpose(x, [0, ...Array.from({ length: x.rank - 2 }, (_, axis) => axis + 2), 1]);
}

/** And back to where the layer has them. */
export function fromChannelsLast(x: tf.Tensor, channelsFirst: boolean): tf.Tensor {
  if (!channelsFirst) return x;
  return tf.transpose(x, [0, x.rank - 1, ...Array.from({ length: x.rank - 2 }, (_, axis) => axis + 1)]);
}

/** The sizes of a picture-shaped tensor along its spatial axes. */
export function spatialSizes(shape: readonly number[], channelsFirst: boolean): number[] {
  return channelsFirst ? shape.slice(2) : shape.slice(1, -1);
}
