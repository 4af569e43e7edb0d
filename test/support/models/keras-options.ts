/**
 * The options of each class of Keras that TensorFlow.js has too, as the classes of Keras 2.0 to 3.15 define them.
 * Initializers, regularizers, constraints, names and types are left out.
 */
const window = ['strides', 'padding', 'data_format'];
const convolution = ['filters', 'kernel_size', ...window, 'dilation_rate', 'groups', 'activation', 'use_bias'];
const depthwise = ['kernel_size', ...window, 'depth_multiplier', 'dilation_rate', 'activation', 'use_bias'];
const pooling = ['pool_size', ...window];
const global = ['data_format', 'keepdims'];
const normalization = ['axis', 'epsilon', 'center', 'scale'];
const recurrent = [
  ...['units', 'activation', 'use_bias', 'dropout', 'recurrent_dropout', 'implementation', 'return_sequences'],
  ...['return_state', 'go_backwards', 'stateful', 'unroll', 'time_major', 'zero_output_for_mask'],
];

export const KERAS_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: [...convolution, 'output_padding'],
  Conv3DTranspose: [...convolution, 'output_padding'],
  DepthwiseConv2D: [...depthwise, 'groups'],
  SeparableConv2D: [...depthwise, 'filters', 'groups'],
  Dense: ['units', 'activation', 'use_bias'],
  MaxPooling1D: pooling,
  MaxPooling2D: pooling,
  MaxPooling3D: pooling,
  AveragePooling1D: pooling,
  AveragePooling2D: pooling,
  AveragePooling3D: pooling,
  GlobalMaxPooling1D: global,
  GlobalMaxPooling2D: global,
  GlobalAveragePooling1D: global,
  GlobalAveragePooling2D: global,
  Flatten: ['data_format'],
  Reshape: ['target_shape'],
  Permute: ['dims'],
  RepeatVector: ['n'],
  Activation: ['activation'],
  ReLU: ['max_value', 'negative_slope', 'threshold'],
  LeakyReLU: ['alpha', 'negative_slope'],
  PReLU: ['shared_axes'],
  ELU: ['alpha'],
  ThresholdedReLU: ['theta'],
  Softmax: ['axis'],
  BatchNormalization: [...normalization, 'momentum', 'renorm', 'fused', 'virtual_batch_size', 'synchronized'],
  LayerNormalization: [...normalization, 'rms_scaling'],
  Rescaling: ['scale', 'offset'],
  Resizing: [
    ...['height', 'width', 'interpolation', 'crop_to_aspect_ratio', 'pad_to_aspect_ratio', 'fill_mode'],
    ...['fill_value', 'antialias', 'data_format'],
  ],
  CenterCrop: ['height', 'width', 'data_format'],
  ZeroPadding2D: ['padding', 'data_format'],
  Cropping2D: ['cropping', 'data_format'],
  UpSampling2D: ['size', 'data_format', 'interpolation'],
  Add: [],
  Average: [],
  Maximum: [],
  Minimum: [],
  Multiply: [],
  Concatenate: ['axis'],
  Dot: ['axes', 'normalize'],
  Masking: ['mask_value'],
  Dropout: ['rate', 'noise_shape', 'seed'],
  SpatialDropout1D: ['rate', 'noise_shape', 'seed'],
  GaussianNoise: ['stddev', 'seed'],
  GaussianDropout: ['rate', 'seed'],
  AlphaDropout: ['rate', 'noise_shape', 'seed'],
  SimpleRNN: recurrent,
  GRU: [...recurrent, 'recurrent_activation', 'reset_after'],
  LSTM: [...recurrent, 'recurrent_activation', 'unit_forget_bias'],
  RNN: ['return_sequences', 'return_state', 'go_backwards', 'stateful', 'unroll', 'time_major', 'zero_output_for_mask'],
};

/** What changes nothing of what a trained network computes. */
export const HARMLESS: readonly string[] = [
  // These matter only in training.
  ...['momentum', 'renorm', 'synchronized', 'dropout', 'recurrent_dropout', 'noise_shape', 'seed', 'unit_forget_bias'],
  // How it is computed, not what.
  ...['fused', 'implementation', 'unroll'],
  // What masked steps give: Keras's Bidirectional writes it in every file, and a network over pixels masks none.
  'zero_output_for_mask',
];
