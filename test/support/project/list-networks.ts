import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { branchingConvnet, fillWeights, smallConvnet } from './networks.js';
import { randomGraph } from './random-graph.js';

/** A network, and the shapes of the pictures that each of its inputs is given. */
export interface ListNetwork {
  readonly make: () => tfl.LayersModel;
  readonly inputs: readonly number[][];
}

type Symbolic = tfl.SymbolicTensor;

const { conv2d, conv2dTranspose, dense, batchNormalization, layerNormalization, activation, softmax } = tfl.layers;
const { averagePooling2d, maxPooling2d, globalAveragePooling2d, upSampling2d, cropping2D, reshape } = tfl.layers;

const on = (from: Symbolic | Symbolic[], ...layers: unknown[]): Symbolic =>
  layers.reduce<Symbolic | Symbolic[]>((x, layer) => (layer as tfl.layers.RNN).apply(x) as Symbolic, from) as Symbolic;

/** Weights of both signs, but variances above 0. */
function filled(options: Parameters<typeof tfl.model>[0]): tfl.LayersModel {
  const model = fillWeights(tfl.model(options), { seed: 5 });
  for (const layer of model.layers.filter((one) => one.getClassName() === 'BatchNormalization')) {
    layer.setWeights(layer.getWeights().map((weight, i) => (i === 3 ? tf.add(tf.abs(weight), 0.3) : weight)));
  }
  return model;
}

/** Two pictures of different sizes: layers that see one, or the other, or both, and two outputs. */
function twoInputs(): tfl.LayersModel {
  const left = tfl.input({ shape: [9, 8, 3], name: 'left' });
  const right = tfl.input({ shape: [7, 7, 1], name: 'right' });
  const near = on(left, conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'near' }));
  const far = on(right, conv2d({ filters: 3, kernelSize: 3, activation: 'tanh', name: 'far' }));
  const pooled = [near, far].map((x, i) => on(x, globalAveragePooling2d({ name: `mean${i}` })));
  const both = on(pooled, tfl.layers.concatenate({ name: 'both' }));
  const top = on(both, dense({ units: 4, activation: 'softmax', name: 'top' }));
  const side = on(far, maxPooling2d({ poolSize: 2, name: 'side' }));
  return filled({ inputs: [left, right], outputs: [top, side] });
}

/** A softmax that other layers read, and a gate: layers that are read by others at another value than they are seeded. */
function attention(): tfl.LayersModel {
  const input = tfl.input({ shape: [9, 9, 2], name: 'pixels' });
  const stem = on(input, conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', name: 'stem' }));
  const mean = on(stem, globalAveragePooling2d({ name: 'mean' }));
  const weights = on(mean, dense({ units: 4, activation: 'softmax', name: 'weights' }));
  const gate = on(weights, reshape({ targetShape: [1, 1, 4], name: 'gate' }));
  const gated = on([stem, gate], tfl.layers.multiply({ name: 'gated' }));
  const places = on(gated, conv2d({ filters: 3, kernelSize: 1, activation: 'softmax', name: 'places' }));
  const above = on(places, conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'above' }));
  const top = on(above, tfl.layers.flatten({ name: 'flat' }), dense({ units: 3, name: 'linear' }), softmax({}));
  return filled({ inputs: input, outputs: top });
}

/** Layers that a crop computes with other roundings than TensorFlow.js's own calls do. */
function roundings(): tfl.LayersModel {
  const input = tfl.input({ shape: [12, 12, 2], name: 'pixels' });
  const transposed = { kernelSize: 3, strides: 2, padding: 'same' as const };
  const down = on(
    input,
    conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'elu', name: 'conv' }),
    batchNormalization({ name: 'batch' }),
    averagePooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'mean' }),
    layerNormalization({ name: 'layer' }),
  );
  const swish = 'swish' as 'relu';
  const up = on(down, conv2dTranspose({ ...transposed, filters: 3, activation: swish, name: 'enlarged' }));
  const smooth = on(down, upSampling2d({ size: [2, 2], interpolation: 'bilinear', name: 'smooth' }));
  const merged = on([up, smooth], tfl.layers.concatenate({ name: 'merged' }));
  const mixed = on(merged, conv2d({ filters: 3, kernelSize: 1, activation: swish, name: 'mixed' }));
  return filled({ inputs: input, outputs: on(mixed, dense({ units: 3, activation: swish, name: 'each' })) });
}

/** Layers that leave out what remains at the border, each another part of what is below them. */
function leavings(): tfl.LayersModel {
  const input = tfl.input({ shape: [19, 18, 2], name: 'pixels' });
  const stem = on(input, conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'stem' }), batchNormalization({}));
  const middle = on(stem, cropping2D({ cropping: 4, name: 'middle' }));
  const wide = on(stem, averagePooling2d({ poolSize: 3, strides: 5, name: 'wide' }));
  const narrow = on(middle, conv2d({ filters: 4, kernelSize: 2, strides: 4, activation: 'relu', name: 'narrow' }));
  const last = on(narrow, batchNormalization({ name: 'last' }));
  return filled({ inputs: input, outputs: [wide, last] });
}

/** Pictures of any size, and a layer whose sizes TensorFlow.js states wrong beside them. */
function anySize(): tfl.LayersModel {
  const input = tfl.input({ shape: [null, null, 3], name: 'pixels' });
  const conv = on(input, conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'conv' }));
  const pool = on(conv, maxPooling2d({ poolSize: 2, name: 'pool' }));
  const act = on(pool, activation({ activation: 'sigmoid', name: 'act' }));
  return filled({ inputs: input, outputs: on(act, globalAveragePooling2d({ name: 'top' })) });
}

function channelsFirst(): tfl.LayersModel {
  const dataFormat = 'channelsFirst' as const;
  const input = tfl.input({ shape: [2, 9, 8], name: 'pixels' });
  const conv = on(input, conv2d({ filters: 4, kernelSize: 3, dataFormat, activation: 'relu', name: 'conv' }));
  const norm = on(conv, batchNormalization({ axis: 1, name: 'norm' }));
  const pool = on(norm, maxPooling2d({ poolSize: 2, dataFormat, name: 'pool' }));
  return filled({ inputs: input, outputs: on(pool, globalAveragePooling2d({ dataFormat, name: 'top' })) });
}

/** Steps of time, some of them masked, which go up whole. */
function sequence(): tfl.LayersModel {
  const input = tfl.input({ shape: [6, 3], name: 'steps' });
  const beside = on(input, tfl.layers.conv1d({ filters: 3, kernelSize: 3, padding: 'same', name: 'beside' }));
  const masked = on(input, tfl.layers.masking({ maskValue: 0, name: 'mask' }));
  const read = on(
    masked,
    tfl.layers.gru({ units: 3, returnSequences: true, recurrentInitializer: 'zeros', name: 'read' }),
  );
  const each = on(read, tfl.layers.timeDistributed({ layer: dense({ units: 4 }), name: 'each' }));
  return filled({ inputs: input, outputs: [on(each, activation({ activation: 'softmax', name: 'classes' })), beside] });
}

/** Networks of every sort that a list of selections can run differently than one selection does. */
export const listNetworks: Readonly<Record<string, ListNetwork>> = {
  'a Sequential': { make: () => smallConvnet(), inputs: [[12, 10, 3]] },
  'two branches and outputs': { make: branchingConvnet, inputs: [[17, 17, 2]] },
  'two inputs': {
    make: twoInputs,
    inputs: [
      [9, 8, 3],
      [7, 7, 1],
    ],
  },
  'a softmax and a gate in the middle': { make: attention, inputs: [[9, 9, 2]] },
  'layers with roundings of their own': { make: roundings, inputs: [[12, 12, 2]] },
  'layers that leave out borders': { make: leavings, inputs: [[19, 18, 2]] },
  'pictures of any size': { make: anySize, inputs: [[11, 9, 3]] },
  'channels first': { make: channelsFirst, inputs: [[2, 9, 8]] },
  'steps of time': { make: sequence, inputs: [[6, 3]] },
  ...Object.fromEntries(
    [1, 2, 3].map((seed) => [`generated graph ${seed}`, { make: () => randomGraph(seed), inputs: [[12, 11, 3]] }]),
  ),
};
