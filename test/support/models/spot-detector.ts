import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The side of the picture. */
export const SIDE = 12;

/**
 * A spot detector whose strongest activation does not depend on where the spot is, below two classes: 'spot' and 'none'.
 *
 * @param threshold a pixel above it is a spot, and the activation is what it has above it
 */
export function spotDetector(threshold = 1): tfl.LayersModel {
  const model = tfl.sequential({
    name: 'spot_detector',
    layers: [
      tfl.layers.conv2d({
        ...{ inputShape: [SIDE, SIDE, 1], filters: 1, kernelSize: 1 },
        activation: 'relu',
        name: 'spot',
      }),
      tfl.layers.globalMaxPooling2d({ name: 'strongest' }),
      tfl.layers.dense({ units: 2, activation: 'softmax', name: 'answer' }),
    ],
  });
  model.getLayer('spot').setWeights([tf.ones([1, 1, 1, 1]), tf.tensor1d([-threshold])]);
  model.getLayer('answer').setWeights([tf.tensor2d([[1, 0]]), tf.tensor1d([0, 0])]);
  return model;
}
