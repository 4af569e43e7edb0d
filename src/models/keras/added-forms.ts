import {
  axes,
  axis,
  count,
  dataFormat,
  endsOf,
  type Form,
  type Forms,
  flag,
  interpolation,
  notNegative,
  number,
  perAxis,
  required,
  word,
} from './option-form.js';

/** A number, or nested lists of numbers. */
const values: Form = {
  expected: 'a number or a list of them',
  read: (value) => ([value].flat(Number.POSITIVE_INFINITY).every((one) => typeof one === 'number') ? value : undefined),
};
/** How many groups there are: -1 stands for one for each feature map. */
const groups: Form = {
  expected: 'a whole number above 0, or -1',
  read: (value) => (Number.isInteger(value) && (value === -1 || (value as number) > 0) ? value : undefined),
};

/** One number for all axes, or one for each, 0 or more. */
export const outputPadding = (rank: number): Form => ({
  expected: `a whole number, 0 or more, or a list of ${rank}`,
  read: (value) => {
    const list: unknown[] = Array.isArray(value) ? value : Array<unknown>(rank).fill(value);
    return list.length === rank && list.every((one) => Number.isInteger(one) && (one as number) >= 0)
      ? list
      : undefined;
  },
});

const window = (rank: number): Forms => ({
  kernel_size: required(perAxis(rank)),
  strides: perAxis(rank),
  dilation_rate: perAxis(rank),
  padding: word('valid', 'same', ...(rank === 1 ? ['causal'] : [])),
  use_bias: flag,
  ...dataFormat,
});

const pooling = (rank: number): Forms => ({
  pool_size: perAxis(rank),
  strides: perAxis(rank),
  padding: word('valid', 'same'),
  ...dataFormat,
});

const size: Forms = { height: required(count), width: required(count), ...dataFormat };

/** The options of Resizing: TensorFlow.js knows some of them. */
export const resizing: Forms = {
  ...size,
  interpolation,
  crop_to_aspect_ratio: flag,
  pad_to_aspect_ratio: flag,
  fill_value: number,
  antialias: flag,
};

/** For each class that this library adds to tfjs-layers, the options that the layer computes with. */
export const ADDED_FORMS: Readonly<Record<string, Forms>> = {
  CustomScaleLayer: { scale: required(number) },
  GroupNormalization: { groups, axis, epsilon: number, center: flag, scale: flag },
  Normalization: { axis: axes, mean: values, variance: values, invert: flag },
  RMSNormalization: { axis: axes, epsilon: number },
  UnitNormalization: { axis: axes },
  KerasBatchNormalization: { axis, epsilon: number, center: flag, scale: flag },
  KerasELU: { alpha: number },
  KerasPReLU: { shared_axes: axes },
  KerasReLU: { max_value: notNegative, negative_slope: notNegative, threshold: notNegative },
  KerasSoftmax: { axis: axes, logarithm: flag },
  DepthwiseConv1D: { ...window(1), depth_multiplier: count },
  SeparableConv1D: { ...window(1), filters: required(count), depth_multiplier: count },
  Conv1DTranspose: { ...window(1), filters: required(count), output_padding: outputPadding(1) },
  ...Object.fromEntries(
    ([1, 2, 3] as const).flatMap((rank) =>
      ['Average', 'Max'].map((kind) => [
        `Adaptive${kind}Pooling${rank}D`,
        { output_size: required(perAxis(rank)), ...dataFormat },
      ]),
    ),
  ),
  GlobalAveragePooling3D: { ...dataFormat, keepdims: flag },
  GlobalMaxPooling3D: { ...dataFormat, keepdims: flag },
  ZeroPadding1D: { padding: endsOf(1), ...dataFormat },
  ZeroPadding3D: { padding: endsOf(3), ...dataFormat },
  Cropping1D: { cropping: endsOf(1), ...dataFormat },
  Cropping3D: { cropping: endsOf(3), ...dataFormat },
  UpSampling1D: { size: perAxis(1) },
  UpSampling3D: { size: perAxis(3), ...dataFormat },
  // A file of TensorFlow.js has these names, a file of Keras those of the classes that they stand for.
  KerasConv1D: { ...window(1), filters: required(count), groups: count },
  KerasConv2D: { ...window(2), filters: required(count), groups: count },
  KerasConv3D: { ...window(3), filters: required(count), groups: count },
  KerasSeparableConv2D: { ...window(2), filters: required(count), depth_multiplier: count },
  KerasMaxPooling1D: pooling(1),
  KerasMaxPooling3D: pooling(3),
  KerasAveragePooling1D: pooling(1),
  KerasAveragePooling3D: pooling(3),
  KerasDepthwiseConv2D: { ...window(2), depth_multiplier: count },
  KerasConv2DTranspose: { ...window(2), filters: required(count), output_padding: outputPadding(2) },
  KerasConv3DTranspose: { ...window(3), filters: required(count), output_padding: outputPadding(3) },
  KerasGlobalAveragePooling1D: { ...dataFormat, keepdims: flag },
  KerasGlobalAveragePooling2D: { ...dataFormat, keepdims: flag },
  KerasGlobalMaxPooling1D: { ...dataFormat, keepdims: flag },
  KerasGlobalMaxPooling2D: { ...dataFormat, keepdims: flag },
  KerasResizing: resizing,
  KerasCenterCrop: size,
  KerasUpSampling2D: { size: perAxis(2), interpolation, ...dataFormat },
  LayerScale: { init_values: number },
};
