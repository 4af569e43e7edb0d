import * as tfl from '@tensorflow/tfjs-layers';
import { type SavedModel, savedModel } from '../support/models/saved-model.js';

/** A network of hundreds of layers without max pooling that says itself how it takes pictures. */
export function deepNetwork(layers: number, filters: number): Promise<SavedModel> {
  const nonlinear = Array.from({ length: layers }, (_, i) => tfl.layers.reLU({ name: `block_${i}/relu` }));
  const model = tfl.sequential({
    name: 'deep',
    layers: [
      tfl.layers.rescaling({ name: 'pixels', scale: 1 / 255, inputShape: [24, 24, 3] }),
      tfl.layers.conv2d({ name: 'conv1', filters, kernelSize: 5, padding: 'same', strides: 2, activation: 'relu' }),
      ...nonlinear,
      tfl.layers.conv2d({ name: 'conv2', filters: 8, kernelSize: 3, activation: 'relu' }),
    ],
  });
  return savedModel(model);
}
