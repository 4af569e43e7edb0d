import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { type Fill, fillTensor } from '../kit/fill.js';
import type { PictureInput } from '../kit/picture-input.js';
import { movePicture, type Transformation } from './move-picture.js';

/** Makes moved copies of a picture, one for each step, as a batch that the caller disposes. */
export type Mover = (transformation: Transformation, steps: readonly number[]) => tf.Tensor;

/**
 * Reads the pixels of a picture, to make moved copies of it.
 *
 * @throws DeconvnetError as `fillTensor`.
 */
export async function moverOf(deconvnet: Deconvnet, picture: PictureInput, fill: Fill): Promise<Mover> {
  const { tensor, height, width, channels, channelAxis } = picture;
  const isLast = channelAxis === 3;
  const colour = fillTensor(deconvnet, fill, picture);
  const pixels = tf.tidy(() => (isLast ? tf.clone(tensor) : tf.transpose(tensor, [0, 2, 3, 1])));
  try {
    const [values, filling] = (await Promise.all([pixels.data(), colour.data()])) as [Float32Array, Float32Array];
    const size = values.length;
    const from = { values: Float32Array.from(values), height, width, channels };
    const filled = Float32Array.from(filling);
    return (transformation, steps) => {
      const moved = new Float32Array(steps.length * size);
      for (const [i, step] of steps.entries()) {
        movePicture(from, transformation, step, filled, moved.subarray(i * size, (i + 1) * size));
      }
      return tf.tidy(() => {
        const batch = tf.tensor4d(moved, [steps.length, height, width, channels]);
        return isLast ? batch : tf.transpose(batch, [0, 3, 1, 2]);
      });
    };
  } finally {
    tf.dispose([colour, pixels]);
  }
}
