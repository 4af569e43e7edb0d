import * as tfl from '@tensorflow/tfjs-layers';
import type { Layer } from 'deconvnet';

/** One way to use a class of tfjs-layers. */
export interface LayerUse {
  readonly make: () => Layer;
  /** Without the batch. */
  readonly inputShapes: number[][];
  /** Whether the layer is linear but for a bias, so that its mirror must be its adjoint. */
  readonly linear: boolean;
  readonly channelAxis?: number;
  /** Backends where tfjs's own call is wrong, so that nothing can be held against it; see wrong-calls.test.ts. */
  readonly wrongOn?: readonly string[];
}

const { layers } = tfl;
const uses = (make: () => unknown, shapes: number[][], linear = true, channelAxis?: number): LayerUse => ({
  make: make as () => Layer,
  inputShapes: shapes,
  linear,
  ...(channelAxis !== undefined && { channelAxis }),
});
const one = [[6, 5, 4]];
const two = [
  [6, 5, 4],
  [6, 5, 4],
];
const steps = [[7, 3]];
const volume = [[4, 5, 4, 2]];
const first = { dataFormat: 'channelsFirst' as const };
const units = { units: 3, recurrentInitializer: 'glorotNormal' as const };

/** Every layer class that tfjs-layers 4.22 registers and that has pixels below it, in several of its options. */
export const everyLayer: Readonly<Record<string, readonly LayerUse[]>> = {
  Dense: [
    uses(() => layers.dense({ units: 3, biasInitializer: 'ones' }), [[5]]),
    uses(() => layers.dense({ units: 3 }), one),
  ],
  Conv1D: [
    uses(() => layers.conv1d({ filters: 3, kernelSize: 3, padding: 'same', biasInitializer: 'ones' }), steps),
    uses(() => layers.conv1d({ filters: 2, kernelSize: 2, strides: 2 }), steps),
    uses(() => layers.conv1d({ filters: 2, kernelSize: 2, dilationRate: 2 }), steps),
  ],
  Conv2D: [
    uses(() => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', biasInitializer: 'ones' }), one),
    uses(() => layers.conv2d({ filters: 3, kernelSize: [2, 3], dilationRate: 2 }), one),
    uses(() => layers.conv2d({ filters: 3, kernelSize: 2, strides: [1, 2], ...first }), [[4, 6, 5]]),
  ],
  Conv3D: [
    uses(() => layers.conv3d({ filters: 3, kernelSize: 2, padding: 'same', biasInitializer: 'ones' }), volume),
    uses(() => layers.conv3d({ filters: 2, kernelSize: [1, 2, 3], strides: 2 }), volume),
  ],
  DepthwiseConv2D: [
    uses(
      () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', biasInitializer: 'ones' }),
      one,
    ),
    uses(() => layers.depthwiseConv2d({ kernelSize: 3, strides: 2 }), one),
  ],
  SeparableConv2D: [
    uses(() => layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2, biasInitializer: 'ones' }), one),
    uses(() => layers.separableConv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }), one),
  ],
  Conv2DTranspose: [
    uses(
      () => layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', biasInitializer: 'ones' }),
      one,
    ),
    uses(() => layers.conv2dTranspose({ filters: 3, kernelSize: [2, 3] }), one),
  ],
  Conv3DTranspose: [
    { strides: 2, padding: 'same' as const },
    { strides: 1, padding: 'valid' as const },
  ].map((options) => ({
    ...uses(() => layers.conv3dTranspose({ filters: 2, kernelSize: 2, biasInitializer: 'ones', ...options }), volume),
    wrongOn: ['wasm'],
  })),
  MaxPooling1D: [uses(() => layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }), steps, false)],
  MaxPooling2D: [
    uses(() => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }), one, false),
    uses(() => layers.maxPooling2d({ poolSize: 2, ...first }), [[4, 6, 5]], false),
  ],
  MaxPooling3D: [
    uses(() => layers.maxPooling3d({ poolSize: [2, 3, 2], strides: [1, 2, 2], padding: 'same' }), volume, false),
  ],
  AveragePooling1D: [uses(() => layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }), steps)],
  AveragePooling2D: [
    uses(() => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }), one),
    uses(() => layers.averagePooling2d({ poolSize: 2, ...first }), [[4, 6, 5]]),
  ],
  AveragePooling3D: [uses(() => layers.averagePooling3d({ poolSize: 2, strides: 1, padding: 'same' }), volume)],
  GlobalMaxPooling1D: [uses(() => layers.globalMaxPooling1d(), steps, false)],
  GlobalMaxPooling2D: [uses(() => layers.globalMaxPooling2d({}), one, false)],
  GlobalAveragePooling1D: [uses(() => layers.globalAveragePooling1d(), steps)],
  GlobalAveragePooling2D: [
    uses(() => layers.globalAveragePooling2d({}), one),
    uses(() => layers.globalAveragePooling2d(first), [[4, 6, 5]]),
  ],
  Activation: ['relu', 'swish', 'tanh', 'softmax'].map((activation) =>
    uses(() => layers.activation({ activation: activation as 'relu' }), one, false),
  ),
  ReLU: [uses(() => layers.reLU({ maxValue: 1 }), one, false)],
  LeakyReLU: [uses(() => layers.leakyReLU({ alpha: 0.2 }), one, false)],
  PReLU: [
    uses(() => layers.prelu({ alphaInitializer: 'ones' }), one, false),
    uses(() => layers.prelu({ alphaInitializer: 'ones', sharedAxes: [1, 2] }), one, false),
  ],
  ELU: [uses(() => layers.elu(), one, false)],
  ThresholdedReLU: [uses(() => layers.thresholdedReLU({ theta: 0.3 }), one, false)],
  Softmax: [uses(() => layers.softmax({ axis: -1 }), one, false)],
  BatchNormalization: [
    uses(() => layers.batchNormalization({ gammaInitializer: 'randomNormal', betaInitializer: 'ones' }), one),
    { ...uses(() => layers.batchNormalization({ axis: 1, scale: false }), one), wrongOn: ['cpu', 'wasm'] },
  ],
  LayerNormalization: [uses(() => layers.layerNormalization({ axis: -1 }), one, false)],
  Rescaling: [uses(() => layers.rescaling({ scale: 0.25, offset: 3 }), one)],
  Masking: [uses(() => layers.masking({ maskValue: 0 }), steps)],
  Dropout: [uses(() => layers.dropout({ rate: 0.5 }), one)],
  SpatialDropout1D: [uses(() => layers.spatialDropout1d({ rate: 0.5 }), steps)],
  GaussianNoise: [uses(() => layers.gaussianNoise({ stddev: 1 }), one)],
  GaussianDropout: [uses(() => layers.gaussianDropout({ rate: 0.5 }), one)],
  AlphaDropout: [uses(() => layers.alphaDropout({ rate: 0.5 }), one)],
  Flatten: [uses(() => layers.flatten(), one), uses(() => layers.flatten(first), one)],
  Reshape: [uses(() => layers.reshape({ targetShape: [10, 12] }), one)],
  Permute: [uses(() => layers.permute({ dims: [2, 1, 3] }), one)],
  RepeatVector: [uses(() => layers.repeatVector({ n: 3 }), [[4]])],
  ZeroPadding2D: [
    uses(
      () =>
        layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 3],
          ],
        }),
      one,
    ),
  ],
  Cropping2D: [
    uses(
      () =>
        layers.cropping2D({
          cropping: [
            [1, 2],
            [0, 3],
          ],
        }),
      one,
    ),
  ],
  CenterCrop: [{ ...uses(() => layers.centerCrop({ height: 4, width: 3 }), one), wrongOn: ['wasm'] }],
  UpSampling2D: [
    uses(() => layers.upSampling2d({ size: [2, 3] }), one),
    uses(() => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }), one),
  ],
  Resizing: [
    uses(() => layers.resizing({ height: 9, width: 4 }), one),
    uses(() => layers.resizing({ height: 9, width: 4, interpolation: 'nearest' }), one),
  ],
  Concatenate: [uses(() => layers.concatenate(), two), uses(() => layers.concatenate({ axis: 1 }), two)],
  Add: [uses(() => layers.add(), two)],
  Average: [uses(() => layers.average(), two)],
  Maximum: [uses(() => layers.maximum(), two, false)],
  Minimum: [uses(() => layers.minimum(), two, false)],
  Multiply: [
    uses(() => layers.multiply(), two, false),
    uses(
      () => layers.multiply(),
      [
        [6, 5, 4],
        [1, 1, 4],
      ],
      false,
    ),
  ],
  Dot: [
    uses(() => layers.dot({ axes: -1 }), [[4], [4]], false),
    uses(() => layers.dot({ axes: -1, normalize: true }), [[4], [4]], false),
  ],
  TimeDistributed: [
    uses(() => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), steps),
    uses(() => layers.timeDistributed({ layer: layers.conv2d({ filters: 2, kernelSize: 2 }) }), volume),
  ],
  SimpleRNN: [uses(() => layers.simpleRNN(units), steps, false)],
  GRU: [uses(() => layers.gru(units), steps, false)],
  LSTM: [uses(() => layers.lstm({ ...units, returnSequences: true }), steps, false)],
  RNN: [uses(() => layers.rnn({ cell: layers.gruCell(units) }), steps, false)],
  ConvLSTM2D: [
    uses(
      () => layers.convLstm2d({ filters: 2, kernelSize: 2, recurrentInitializer: 'glorotNormal' }),
      [[2, 4, 4, 2]],
      false,
    ),
  ],
  Bidirectional: [uses(() => layers.bidirectional({ layer: layers.gru(units), mergeMode: 'concat' }), steps, false)],
};

/** Classes whose layers cannot have a mirror, or need none. */
export const without: Readonly<Record<string, string>> = {
  InputLayer: 'where the way down ends',
  Model: 'flattened into the layers it is made of',
  Functional: 'flattened into the layers it is made of',
  Sequential: 'flattened into the layers it is made of',
  Embedding: 'no pixels below it',
  CategoryEncoding: 'no pixels below it',
  RandomWidth: 'random at inference',
  SimpleRNNCell: 'runs inside a recurrent layer',
  GRUCell: 'runs inside a recurrent layer',
  LSTMCell: 'runs inside a recurrent layer',
  ConvLSTM2DCell: 'runs inside a recurrent layer',
  StackedRNNCells: 'runs inside a recurrent layer',
};
