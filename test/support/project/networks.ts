import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** Reproducible values between -1 and 1. */
export function noise(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

/** A tensor of reproducible values between -1 and 1. */
export function noiseTensor(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(
    noise(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    shape,
  );
}

interface WeightOptions {
  readonly seed?: number;
  readonly positive?: boolean;
}

/** Gives every weight reproducible values; `positive` makes all of them larger than 0. */
export function fillWeights(
  model: tfl.LayersModel,
  { seed = 1, positive = false }: WeightOptions = {},
): tfl.LayersModel {
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const values = noise(weight.size, seed + i).map((value) => (positive ? Math.abs(value) + 0.01 : value * 0.5));
      return tf.tensor(values, weight.shape, weight.dtype);
    }),
  );
  return model;
}

/** conv - pool - conv - flatten - dense - softmax on pictures of 12x10 pixels. */
export function smallConvnet(options?: WeightOptions): tfl.LayersModel {
  const { conv2d, maxPooling2d, flatten, dense } = tfl.layers;
  const model = tfl.sequential({
    name: 'small',
    layers: [
      conv2d({
        inputShape: [12, 10, 3],
        filters: 5,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        name: 'conv1',
      }),
      maxPooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'pool1' }),
      conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', name: 'conv2' }),
      flatten({ name: 'flatten' }),
      dense({ units: 7, name: 'linear' }),
      dense({ units: 4, activation: 'softmax', name: 'classes' }),
    ],
  });
  return fillWeights(model, options);
}

/** Two branches with different windows from one stem, two outputs. */
export function branchingConvnet(): tfl.LayersModel {
  const { conv2d, maxPooling2d, zeroPadding2d, activation, reLU } = tfl.layers;
  const input = tfl.input({ shape: [17, 17, 2], name: 'pixels' });
  const stem = conv2d({ filters: 3, kernelSize: 3, name: 'stem' }).apply(input) as tfl.SymbolicTensor;
  const rectified = activation({ activation: 'relu', name: 'rectified' }).apply(stem) as tfl.SymbolicTensor;
  const narrow = conv2d({ filters: 4, kernelSize: 1, strides: 2, name: 'narrow' }).apply(
    rectified,
  ) as tfl.SymbolicTensor;
  const padded = zeroPadding2d({
    padding: [
      [1, 0],
      [2, 1],
    ],
    name: 'padded',
  }).apply(rectified) as tfl.SymbolicTensor;
  const pooled = maxPooling2d({ poolSize: [2, 3], strides: [2, 1], name: 'pooled' }).apply(
    padded,
  ) as tfl.SymbolicTensor;
  const wide = conv2d({ filters: 4, kernelSize: [3, 2], dilationRate: 2, name: 'wide' }).apply(
    pooled,
  ) as tfl.SymbolicTensor;
  const output = reLU({ name: 'output' }).apply(wide) as tfl.SymbolicTensor;
  return fillWeights(tfl.model({ inputs: input, outputs: [narrow, output], name: 'branching' }), { positive: true });
}
