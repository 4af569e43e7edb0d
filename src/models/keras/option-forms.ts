import { ADDED_FORMS, outputPadding, resizing } from './added-forms.js';
import type { ConfigEntry } from './config-entry.js';
import {
  axes,
  axis,
  count,
  dataFormat,
  endsOf,
  type Forms,
  flag,
  interpolation,
  notNegative,
  number,
  numbers,
  padding,
  perAxis,
  required,
  shape,
  sizes,
  word,
} from './option-form.js';
import { layerError, type RepairScope } from './repair-scope.js';

const window = (rank: number, size: string): Forms => ({
  [size]: size === 'kernel_size' ? required(perAxis(rank)) : perAxis(rank),
  strides: perAxis(rank),
  padding,
  ...dataFormat,
});
const convolution = (rank: number): Forms => ({
  ...window(rank, 'kernel_size'),
  filters: required(count),
  dilation_rate: perAxis(rank),
  use_bias: flag,
});
const depthwise: Forms = { ...convolution(2), filters: count, depth_multiplier: count };
const pooling = (rank: number): Forms => window(rank, 'pool_size');
const recurrent: Forms = {
  units: required(count),
  use_bias: flag,
  return_sequences: flag,
  return_state: flag,
  go_backwards: flag,
  stateful: flag,
  unroll: flag,
};
const { units: _units, ...recurrentOfCells } = recurrent;
const normalization: Forms = { epsilon: number, center: flag, scale: flag };

/** For each class of tfjs-layers, the options that the layer computes with. */
const FORMS: Readonly<Record<string, Forms>> = {
  ...ADDED_FORMS,
  Conv1D: { ...convolution(1), padding: word('valid', 'same', 'causal'), groups: count },
  Conv2D: { ...convolution(2), groups: count },
  Conv3D: { ...convolution(3), groups: count },
  Conv2DTranspose: { ...convolution(2), output_padding: outputPadding(2) },
  Conv3DTranspose: { ...convolution(3), output_padding: outputPadding(3) },
  DepthwiseConv2D: depthwise,
  SeparableConv2D: { ...convolution(2), depth_multiplier: count },
  Dense: { units: required(count), use_bias: flag },
  MaxPooling1D: pooling(1),
  MaxPooling2D: pooling(2),
  MaxPooling3D: pooling(3),
  AveragePooling1D: pooling(1),
  AveragePooling2D: pooling(2),
  AveragePooling3D: pooling(3),
  GlobalMaxPooling1D: { ...dataFormat, keepdims: flag },
  GlobalMaxPooling2D: { ...dataFormat, keepdims: flag },
  GlobalAveragePooling1D: { ...dataFormat, keepdims: flag },
  GlobalAveragePooling2D: { ...dataFormat, keepdims: flag },
  Flatten: dataFormat,
  ReLU: { max_value: notNegative, negative_slope: notNegative, threshold: notNegative },
  LeakyReLU: { alpha: number, negative_slope: number },
  PReLU: { shared_axes: axes },
  ELU: { alpha: number },
  ThresholdedReLU: { theta: number },
  Softmax: { axis: axes },
  BatchNormalization: { ...normalization, axis },
  LayerNormalization: { ...normalization, axis: axes },
  Rescaling: { scale: required(numbers), offset: numbers },
  ZeroPadding2D: { padding: endsOf(2), ...dataFormat },
  Cropping2D: { cropping: endsOf(2), ...dataFormat },
  UpSampling2D: { size: perAxis(2), interpolation, ...dataFormat },
  Resizing: resizing,
  CenterCrop: { height: required(count), width: required(count), ...dataFormat },
  Reshape: { target_shape: required(sizes) },
  Permute: { dims: required(sizes) },
  RepeatVector: { n: required(count) },
  Concatenate: { axis },
  Dot: { axes: required(axes), normalize: flag },
  Masking: { mask_value: number },
  Dropout: { rate: required(number) },
  SpatialDropout1D: { rate: required(number) },
  GaussianDropout: { rate: required(number) },
  AlphaDropout: { rate: required(number) },
  GaussianNoise: { stddev: required(number) },
  Embedding: { input_dim: required(count), output_dim: required(count), mask_zero: flag },
  SimpleRNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
  SimpleRNNCell: { units: required(count), use_bias: flag },
  GRUCell: { units: required(count), use_bias: flag },
  LSTMCell: { units: required(count), use_bias: flag },
  KerasGRU: recurrent,
  KerasGRUCell: { units: required(count), use_bias: flag },
  RNN: recurrentOfCells,
  ConvLSTM2D: { ...convolution(2), ...recurrentOfCells },
  ConvLSTM2DCell: {},
  StackedRNNCells: {},
  Bidirectional: {},
  TimeDistributed: {},
  InputLayer: { batch_input_shape: required(shape) },
  Activation: {},
  Add: {},
  Average: {},
  Maximum: {},
  Minimum: {},
  Multiply: {},
  Subtract: {},
  CategoryEncoding: {},
};

/** Whether a class belongs to tfjs-layers or to this library, and not to the user. */
export function isBuiltIn(className: string): boolean {
  return Object.hasOwn(FORMS, className);
}

/**
 * A layer's options, each in the one form that TensorFlow.js reads: some numbers become lists, lists of one number become
 * numbers, and null is dropped. Options that are not in the table stay as they are.
 *
 * @throws DeconvnetError `model-unreadable` if an option is missing, or is in a form that no version of Keras writes.
 */
export function readOptions(entry: ConfigEntry, scope: RepairScope): ConfigEntry['config'] {
  const { class_name, config } = entry;
  const forms = Object.hasOwn(FORMS, class_name) ? FORMS[class_name]! : {};
  const read = { ...config };
  for (const [option, { expected, read: inForm, required: must }] of Object.entries({
    batch_input_shape: shape,
    ...forms,
  })) {
    const value = config[option];
    // Python's None switches a flag off, and leaves every other option at its default.
    const given = value ?? (expected === flag.expected && value === null ? false : undefined);
    const formed = given === undefined ? undefined : inForm(given);
    if (formed !== undefined) read[option] = formed;
    else if (given === undefined && !must) delete read[option];
    else {
      throw layerError(
        scope,
        entry,
        'model-unreadable',
        `is of the class ${class_name} ${given === undefined ? `without its option ${option}` : `with ${option}=${JSON.stringify(value)}`}. This option must be ${expected}. Save the model again.`,
      );
    }
  }
  return read;
}
