import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The side of the picture. */
export const SIDE = 12;
/** The weights of a cross. */
export const CROSS: number[] = [0, 1, 0, 1, 1, 1, 0, 1, 0];
/** The pixels of the cross in the picture: its middle is in row 4, column 7. */
export const PIXELS = [
  [3, 7],
  [4, 6],
  [4, 7],
  [4, 8],
  [5, 7],
] as const;

/**
 * Feature map 0 is 1 where all five pixels of a cross are 1, and 0 elsewhere; feature map 1 is never above 0. The classes
 * are 'cross', for a sum of 1, and 'nothing', for a sum of 0.
 */
export function crossDetector(): tfl.LayersModel {
  const model = tfl.sequential({
    name: 'cross_detector',
    layers: [
      tfl.layers.conv2d({
        ...{
          inputShape: [SIDE, SIDE, 1],
          filters: 2,
          kernelSize: 3,
          padding: 'same',
          activation: 'relu',
          name: 'shape',
        },
      }),
      tfl.layers.globalAveragePooling2d({ name: 'mean' }),
      tfl.layers.dense({ units: 2, activation: 'softmax', name: 'answer' }),
    ],
  });
  tf.tidy(() => {
    const kernel = CROSS.flatMap((value) => [value, 0]);
    model.getLayer('shape').setWeights([tf.tensor(kernel, [3, 3, 1, 2]), tf.tensor1d([-4, -1])]);
    // The mean of a feature map with one 1 is 1 / 144.
    model.getLayer('answer').setWeights([
      tf.tensor2d([
        [4 * 144, 0],
        [0, 0],
      ]),
      tf.tensor1d([0, 2]),
    ]);
  });
  return model;
}

/** A picture with the cross, as model input. The caller disposes it. */
export const crossPicture = (): tf.Tensor3D =>
  tf.tidy(() => {
    const values = new Float32Array(SIDE * SIDE);
    for (const [y, x] of PIXELS) values[y * SIDE + x] = 1;
    return tf.tensor3d(values, [SIDE, SIDE, 1]);
  });

/** Whether a square of 3 pixels, whose middle is in a row and a column, touches the cross. */
export const touches = (row: number, column: number): boolean =>
  PIXELS.some(([y, x]) => Math.abs(y - row) <= 1 && Math.abs(x - column) <= 1);
