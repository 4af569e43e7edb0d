import { DeconvnetError } from '../errors/deconvnet-error.js';
import { classNameOf, type Layer, wrappedLayer } from '../network/layer-access.js';
import { optionsOf, titleOf } from '../network/layer-options.js';
import { convolution1d, convolution2d, convolution3d } from './convolution/convolution.js';
import { dense } from './convolution/dense.js';
import { depthwiseConvolution2d, separableConvolution2d } from './convolution/depthwise.js';
import { transposedConvolution2d, transposedConvolution3d } from './convolution/transposed-convolution.js';
import { guardedRoles } from './guarded.js';
import type { Placement } from './kit/placement.js';
import type { CarryingLayer, LayerClass, LayerShapes, MirrorSteps } from './layer-class.js';
import { concatenate } from './merge/concatenate.js';
import { dot } from './merge/dot.js';
import { add, average, maximum, minimum } from './merge/merge.js';
import { multiply } from './merge/multiply.js';
import { averagePooling } from './pooling/average-pooling.js';
import { globalAveragePooling, globalMaxPooling } from './pooling/global-pooling.js';
import { maxPooling } from './pooling/max-pooling.js';
import { activationNamed, activationOf, cappedRelu, normalizer } from './rectify/activation.js';
import { leakyRelu, parametricRelu, thresholdedRelu } from './rectify/parametric.js';
import { noPixels } from './recurrent/no-pixels.js';
import { timeDistributed } from './recurrent/time-distributed.js';
import type { Roles } from './roles.js';
import {
  CONVOLUTION,
  FEATURES,
  filter,
  isNonlinear,
  kernels,
  NONLINEARITY,
  perMap,
  plain,
  RECURRENT,
  rectify,
  unpool,
} from './rows.js';
import { batchNormalization } from './scaling/batch-normalization.js';
import { layerNormalization } from './scaling/layer-normalization.js';
import { masking } from './scaling/masking.js';
import { rescaling } from './scaling/rescaling.js';
import { flatten, identity, zeroPadding } from './shape/identity-and-flatten.js';
import { cropping } from './shape/padding-and-cropping.js';
import { permute, permutedAxes, repeatVector, reshape } from './shape/reshape.js';
import { centerCrop, resizing } from './shape/resizing.js';
import { upSampling2d } from './shape/upsampling.js';

/** What the inner layer costs: its places are counted at each step of time already. */
const ofInner = (layer: Layer, { input, output }: LayerShapes): number => {
  const inner = wrappedLayer(layer);
  const within = ([batch, , ...sizes]: readonly number[]): number[] => [batch!, ...sizes];
  return layerClass(inner).multiplyAdds?.(inner, { input: within(input), output: within(output) }) ?? 0;
};

/**
 * What is known of each class of tfjs-layers, in one row for each class, by the folder that its mirror is in. What tfjs
 * computes or states wrong stands in `network/tfjs-faults.ts`. No other file of the core lists classes.
 */
const TABLE: Readonly<Record<string, LayerClass>> = {
  // convolution/
  Dense: { mirror: filter(dense), channelsLast: true, isDense: true, isNonlinear, multiplyAdds: kernels },
  Conv1D: { mirror: filter(convolution1d), ...CONVOLUTION },
  Conv2D: { mirror: filter(convolution2d), ...CONVOLUTION },
  Conv3D: { mirror: filter(convolution3d), ...CONVOLUTION },
  DepthwiseConv2D: { mirror: filter(depthwiseConvolution2d), ...CONVOLUTION },
  SeparableConv2D: { mirror: filter(separableConvolution2d), ...CONVOLUTION },
  Conv2DTranspose: { mirror: filter(transposedConvolution2d), ...CONVOLUTION },
  Conv3DTranspose: { mirror: filter(transposedConvolution3d), ...CONVOLUTION },
  // pooling/
  MaxPooling1D: { mirror: unpool((layer) => maxPooling(layer, 1)) },
  MaxPooling2D: { mirror: unpool((layer) => maxPooling(layer, 2)) },
  MaxPooling3D: { mirror: unpool((layer) => maxPooling(layer, 3)) },
  GlobalMaxPooling1D: { mirror: unpool(globalMaxPooling) },
  GlobalMaxPooling2D: { mirror: unpool(globalMaxPooling) },
  AveragePooling1D: { mirror: perMap((layer) => averagePooling(layer, 1)) },
  AveragePooling2D: { mirror: perMap((layer) => averagePooling(layer, 2)) },
  AveragePooling3D: { mirror: perMap((layer) => averagePooling(layer, 3)) },
  GlobalAveragePooling1D: { mirror: perMap(globalAveragePooling) },
  GlobalAveragePooling2D: { mirror: perMap(globalAveragePooling) },
  // rectify/
  Activation: {
    mirror: rectify((layer) => activationOf(layer)),
    ...FEATURES,
    isNonlinear,
  },
  ReLU: {
    mirror: rectify((layer) => {
      const { maxValue } = optionsOf(layer);
      return maxValue == null ? activationNamed('relu', layer.name) : cappedRelu(maxValue);
    }),
    ...NONLINEARITY,
  },
  LeakyReLU: { mirror: rectify(leakyRelu), ...NONLINEARITY },
  PReLU: { mirror: (layer, roles, placement) => [parametricRelu(layer, roles.rectify, placement)], ...NONLINEARITY },
  ELU: { mirror: rectify((layer) => activationNamed('elu', layer.name)), ...NONLINEARITY },
  ThresholdedReLU: { mirror: rectify(thresholdedRelu), ...NONLINEARITY },
  Softmax: { mirror: rectify((layer) => normalizer('softmax', optionsOf(layer).axis ?? -1)), ...NONLINEARITY },
  // merge/
  Add: { mirror: perMap(add), ...FEATURES },
  Average: { mirror: perMap(average), ...FEATURES },
  Maximum: { mirror: perMap(maximum) },
  Minimum: { mirror: perMap(minimum) },
  Multiply: { mirror: perMap(multiply), ...FEATURES },
  Concatenate: { mirror: plain(concatenate), ...FEATURES },
  Dot: { mirror: (layer, roles, placement) => [dot(layer, roles, placement)] },
  // shape/
  Dropout: { mirror: perMap(identity), ...FEATURES },
  SpatialDropout1D: { mirror: perMap(identity), ...FEATURES },
  GaussianNoise: { mirror: perMap(identity), ...FEATURES },
  GaussianDropout: { mirror: perMap(identity), ...FEATURES },
  AlphaDropout: { mirror: perMap(identity), ...FEATURES },
  Flatten: { mirror: plain(flatten) },
  Reshape: { mirror: plain(reshape), losesPlaces: true },
  Permute: { mirror: plain(permute), axisOrder: permutedAxes },
  RepeatVector: { mirror: plain(repeatVector) },
  ZeroPadding2D: { mirror: perMap(zeroPadding), ...FEATURES },
  Cropping2D: { mirror: perMap(cropping), ...FEATURES },
  CenterCrop: { mirror: plain(centerCrop), ...FEATURES },
  UpSampling2D: { mirror: perMap(upSampling2d) },
  Resizing: { mirror: plain(resizing) },
  // scaling/
  BatchNormalization: { mirror: perMap(batchNormalization), ...FEATURES },
  LayerNormalization: {
    mirror: (layer, roles, placement) => [layerNormalization(layer, roles, placement)],
    ...FEATURES,
  },
  Rescaling: { mirror: perMap(rescaling), ...FEATURES },
  Masking: { mirror: plain(masking), makesMask: true },
  // recurrent/
  TimeDistributed: {
    mirror: (layer, roles, placement) =>
      timeDistributed(layer, placement, (inner, within) => builtInMirror(inner, roles, within)),
    inner: wrappedLayer,
    multiplyAdds: ofInner,
  },
  SimpleRNN: RECURRENT,
  GRU: RECURRENT,
  LSTM: RECURRENT,
  RNN: RECURRENT,
  ConvLSTM2D: RECURRENT,
  Bidirectional: RECURRENT,
  Embedding: { mirror: noPixels('its input is a list of word numbers, there are no pixels below it'), makesMask: true },
  CategoryEncoding: { mirror: noPixels('its input is a list of category numbers, there are no pixels below it') },
  RandomWidth: { mirror: noPixels('it is random on every way up, so the way down cannot know what the way up did') },
};

/** Whether the table has a class of this name. */
export function isListed(className: string): boolean {
  return Object.hasOwn(TABLE, className);
}

/**
 * What is known of the class of a layer: what the layer itself says, or else a row of the table. A class that has neither
 * is the user's own. Only its name is known: it counts as a convolution, as a nonlinearity, as a layer that keeps
 * features or as a global pooling if it is named like one of those in Keras.
 */
export function layerClass(layer: Layer): LayerClass {
  const carried = (layer as CarryingLayer).deconvnetClass?.();
  if (carried) return carried;
  const className = classNameOf(layer);
  if (isListed(className)) return TABLE[className]!;
  return {
    isConvolution: /^(Depthwise|Separable)?Conv\dD(Transpose)?$/.test(className),
    isNonlinear: (layer) =>
      /Activation|Rectif|(Re|E|Ge|Si|Se)LU|Swish|Mish|Sigmoid|Tanh/i.test(className) || isNonlinear(layer),
    keepsFeatures: /Norm|Scal|Drop|Noise|Padding|Cropping/i.test(className),
    losesPlaces: /Global.*Pool|Reshape|Mean/.test(className),
    ...(/Conv|Dense/.test(className) && { multiplyAdds: kernels }),
  };
}

/** The built-in mirror of a layer, or undefined if its class has none. */
export function builtInMirror(layer: Layer, roles: Roles, placement?: Placement): MirrorSteps | undefined {
  return layerClass(layer).mirror?.(layer, guardedRoles(roles, layer.name), placement);
}

/** The error for a layer whose class has no mirror: it names the layer and the ways out. */
export function unsupportedLayer(layer: Layer, name: string): DeconvnetError {
  const className = classNameOf(layer);
  const inner = layerClass(layer).inner?.(layer);
  const missing = inner ? `${classNameOf(inner)}, which it wraps,` : className;
  return new DeconvnetError(
    'unsupported-layer',
    `Layer ${titleOf(layer)}${name === layer.name ? '' : ` ('${name}')`} has no mirror: the class ${missing} is not in the table.`,
    {
      layer: name,
      advice: {
        about: 'give-mirror',
        text: `Choose a layer below it, or give a mirror of your own: new Deconvnet(model, { mirrors: { ${className}: (layer) => mirror } }); or take its plain gradient: { fallback: 'gradient' }.`,
      },
    },
  );
}
