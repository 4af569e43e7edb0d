import { ROUNDED_FACTOR } from '../../network/tfjs-faults.js';
import type { ConfigEntry } from './config-entry.js';

type Config = ConfigEntry['config'];
type Instead = readonly [className: string, options: Config];

/**
 * Layers that act in training only. TensorFlow.js lacks most of them, and applies the others at inference too. RandomCrop is not
 * one of them, because Keras 2 cuts the middle out at inference.
 */
const TRAINING_ONLY: readonly string[] = [
  ...['ActivityRegularization', 'Identity', 'StochasticDepth', 'DropPath'],
  ...['AugMix', 'CutMix', 'Equalization', 'MixUp', 'RandAugment', 'Solarization'],
  ...[
    ...['Brightness', 'ColorDegeneration', 'ColorJitter', 'Contrast', 'ElasticTransform', 'Erasing', 'Flip'],
    ...['GaussianBlur', 'Grayscale', 'Height', 'Hue', 'Invert', 'Perspective', 'Posterization', 'Rotation'],
    ...['Saturation', 'Sharpness', 'Shear', 'Translation', 'Width', 'Zoom'],
  ].map((what) => `Random${what}`),
];

/** Whether a number, or one of a list, is above 1. */
function isAbove1(value: unknown): boolean {
  return [value].flat().some((one) => typeof one === 'number' && one > 1);
}

/**
 * Whether windows leave cells out at the end of an input. tfjs then computes zeros on wasm, and along three axes it leaves
 * out other cells than Keras.
 */
function leavesCellsOut({ padding, strides, kernel_size, pool_size, dilation_rate }: Config): boolean {
  const sizes = (kernel_size ?? pool_size ?? []) as readonly number[];
  if (padding !== 'same' || !Array.isArray(strides)) return false;
  if (sizes.length < 3 && sizes.every((size) => size === 1)) return false;
  const dilations = (dilation_rate ?? []) as readonly number[];
  return sizes.some((size, axis) => (size - 1) * (dilations[axis] ?? 1) + 1 < Number(strides[axis]));
}

/** Whether an alpha is shared along an axis, but not along one before it. On wasm tfjs computes such a layer wrong. */
function leavesAxesBefore(shared: unknown): boolean {
  const axes = [shared ?? []].flat() as number[];
  return axes.some((axis) => axis > 1 && !axes.includes(axis - 1));
}

/** From this factor on, tfjs repeats the cell before for some cells, because it rounds. */
const isLarge = (factor: unknown): boolean => typeof factor === 'number' && factor >= ROUNDED_FACTOR;

/** Options without those that are not given: tfjs fails on options that exist and are undefined. */
function given(options: Config): Config {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Whether a layer changes nothing at inference, and is not the user's own. */
export function actsInTraining(className: string): boolean {
  return TRAINING_ONLY.includes(withoutPackage(className));
}

/** These two are no classes that Keras exports, so files have them with a package: `Custom>StochasticDepth`. */
function withoutPackage(className: string): string {
  return className.replace(/^.*>(?=(StochasticDepth|DropPath)$)/, '');
}

/**
 * With which factor a StochasticDepth of TensorFlow Addons or of KerasCV adds its second input to the first one: at
 * inference it is the probability that a block is kept. Those of other packages have one input, and return it.
 */
export function shareOfBlock(className: string, config: Config): number | undefined {
  if (!/(^|>)StochasticDepth$/.test(className)) return undefined;
  const { survival_probability: kept, rate } = config;
  if (typeof kept === 'number') return kept;
  return className === 'keras_cv>StochasticDepth' && typeof rate === 'number' ? 1 - rate : undefined;
}

/** Classes of users for local response normalization. */
const LOCAL_RESPONSE = /^(.*>)?(LRN(2D)?|LocalResponseNorm(alization)?)$/;

/**
 * The operation of TensorFlow, if the options of such a class are those of the operation. Classes with the options `n` and
 * `k` are written in different ways: along the first or the last axis, over channels or over places.
 */
function localResponse({ depth_radius, radius = depth_radius, bias, alpha, beta }: Config): Instead | undefined {
  const numbers = { depth_radius: radius, bias, alpha, beta };
  return Object.values(numbers).every((number) => typeof number === 'number')
    ? ['LocalResponseOperation', numbers]
    : undefined;
}

/**
 * Another class that computes the same, with its options, if TensorFlow.js ignores or lacks what a layer asks for: one of
 * tfjs-layers, or one that this library adds. Those are called `Keras` and the name of the class that they stand for.
 *
 * @param config the layer's options, in the forms that TensorFlow.js reads
 * @param tfjs whether TensorFlow.js wrote the network. It was then made with the values of TensorFlow.js
 */
export function insteadOf(className: string, config: Config, tfjs = false): Instead | undefined {
  const scale = shareOfBlock(className, config);
  if (scale !== undefined) return ['CustomScaleLayer', { scale }];
  if (actsInTraining(className)) return ['Activation', { activation: 'linear' }];
  if (LOCAL_RESPONSE.test(className)) return localResponse(config);
  const { negative_slope: slope, alpha, threshold, max_value, rate } = config;
  const isFirst = config.data_format === 'channels_first';
  // A network that TensorFlow.js wrote was made with the cells that TensorFlow.js reads.
  const leavesOut = leavesCellsOut(config);
  const readsOthers = leavesOut && !tfjs;
  switch (className) {
    case 'LeakyReLU':
      return ['LeakyReLU', { alpha: slope ?? alpha ?? 0.3 }];
    case 'ELU':
      return alpha == null || alpha === 1 ? undefined : ['KerasELU', { alpha }];
    case 'ReLU':
      if (Number(Boolean(slope)) + Number(Boolean(threshold)) + Number(max_value !== undefined) > 1)
        return ['KerasReLU', given({ negative_slope: slope, threshold, max_value })];
      if (slope) return ['LeakyReLU', { alpha: slope }];
      // Keras sets values below and at the threshold to 0, as ThresholdedReLU does.
      return threshold
        ? ['ThresholdedReLU', { theta: threshold }]
        : ['ReLU', max_value === undefined ? {} : { max_value }];
    case 'Softmax':
      // Without an axis tfjs takes that after the batch, and Keras the last one.
      return config.axis === undefined ? ['Softmax', { axis: -1 }] : undefined;
    case 'Conv1D':
    case 'Conv2D':
    case 'Conv3D':
      return isAbove1(config.groups) ||
        config.padding === 'causal' ||
        readsOthers ||
        (className === 'Conv1D' && isFirst)
        ? [`Keras${className}`, config]
        : undefined;
    case 'DepthwiseConv2D':
      return isAbove1(config.dilation_rate) || readsOthers ? ['KerasDepthwiseConv2D', config] : undefined;
    case 'SeparableConv2D':
      return (isFirst && config.use_bias !== false) ||
        (isAbove1(config.strides) && isAbove1(config.dilation_rate)) ||
        readsOthers
        ? ['KerasSeparableConv2D', config]
        : undefined;
    case 'MaxPooling3D':
      // tfjs computes it wrong on wasm.
      return leavesOut && tfjs
        ? undefined
        : ['KerasMaxPooling3D', { ...config, pool_size: config.pool_size ?? [2, 2, 2] }];
    case 'AveragePooling3D':
      return readsOthers ? ['KerasAveragePooling3D', config] : undefined;
    case 'MaxPooling1D':
    case 'AveragePooling1D':
      return isFirst ? [`Keras${className}`, config] : undefined;
    case 'PReLU':
      return leavesAxesBefore(config.shared_axes) ? ['KerasPReLU', config] : undefined;
    case 'Conv3DTranspose':
      // tfjs computes it wrong on wasm.
      return ['KerasConv3DTranspose', config];
    case 'Conv2DTranspose':
      return isAbove1(config.dilation_rate) || config.output_padding != null
        ? [`Keras${className}`, config]
        : undefined;
    case 'GlobalAveragePooling1D':
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling1D':
    case 'GlobalMaxPooling2D':
      return config.keepdims === true || (isFirst && className.endsWith('1D'))
        ? [`Keras${className}`, config]
        : undefined;
    case 'GRU':
    case 'GRUCell':
      return config.reset_after === true ? [`Keras${className}`, config] : undefined;
    case 'EinsumDense': {
      // A product along the last axis: `...x,xy->...y`, or `abc,cd->abd`.
      const [, before, , maps] = /^(\.\.\.|[a-z]+)([a-z]),\2([a-z])->\1\3$/.exec(String(config.equation)) ?? [];
      const { output_shape: shape, bias_axes: bias, activation = 'linear' } = config;
      const units = [shape].flat().at(-1);
      if (before === undefined || before.includes(maps!) || (bias != null && bias !== maps)) return undefined;
      return ['Dense', { units, activation, use_bias: bias != null }];
    }
    case 'Reshape': {
      // tfjs does not work out the size that is left over, and refuses a Dense or a Flatten behind it.
      const sizes = config.target_shape as readonly (number | null)[];
      const shape = sizes.map((size) => (size === null || size < 0 ? -1 : size));
      return shape.includes(-1) ? ['ReshapeOperation', { shape }] : undefined;
    }
    case 'Resizing':
    case 'CenterCrop':
      // tfjs aligns the corners of images, and cannot run either layer in a model if it changes a size.
      return tfjs ? undefined : [`Keras${className}`, config];
    case 'UpSampling2D': {
      const isExact = (config.interpolation ?? 'nearest') === 'nearest' && ![config.size].flat().some(isLarge);
      return tfjs || isExact ? undefined : ['KerasUpSampling2D', config];
    }
    case 'Subtract':
      return ['SubtractOperation', {}];
    case 'SpatialDropout2D':
    case 'SpatialDropout3D':
      return ['Dropout', { rate: rate ?? 0 }];
    default:
      return undefined;
  }
}
