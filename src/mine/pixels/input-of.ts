import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { firstInput } from '../../network/network.js';
import { readInput } from '../../project/read-input.js';
import { tidied } from '../../tensors/tidied.js';

/**
 * The input of the model, `[1, ...input]`, from the values of one image with channels last. The caller disposes it.
 *
 * @param shape the spatial sizes, then the number of channels
 */
export function inputOf({ engine }: Deconvnet, values: Float32Array, shape: readonly number[]): tf.Tensor {
  const { network } = engine;
  const { channelAxis } = firstInput(network);
  return tidied(() => {
    const image = tf.tensor(values, [1, ...shape]);
    if (channelAxis === image.rank - 1) return readInput(network, image, { batch: true });
    const spatial = Array.from({ length: image.rank - 2 }, (_, axis) => axis + 1);
    spatial.splice(channelAxis - 1, 0, image.rank - 1);
    return readInput(network, tf.transpose(image, [0, ...spatial]), { batch: true });
  });
}
