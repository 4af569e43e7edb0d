import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/**
 * Two feature maps of a 1x1 convolution: map 0 has these weights of red and green, and map 1 never fires.
 *
 * @param side the side of the pictures; null for any size
 */
export function colourDetector(red: number, green: number, name = 'colour', side: number | null = 3): tfl.LayersModel {
  const model = tfl.sequential({
    name: 'detector',
    layers: [tfl.layers.conv2d({ inputShape: [side, side, 3], filters: 2, kernelSize: 1, activation: 'relu', name })],
  });
  const weights = [tf.tensor([red, -1, green, -1, 0, -1], [1, 1, 3, 2]), tf.zeros([2])];
  model.getLayer(name).setWeights(weights);
  tf.dispose(weights);
  return model;
}
