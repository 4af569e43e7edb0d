import { DeconvnetError } from '../errors/deconvnet-error.js';
import { classNameOf, type Layer, wrappedLayer } from '../network/layer-access.js';
import { optionsOf, titleOf } from '../network/layer-options.js';
import { convolution1d, convolution2d, convolution3d } from './convolution/convolution.js';
import { dense } from './convolution/dense.js';
import { depthwiseConvolution2d, separableConvolution2d } from './convolution/depthwise.js';
import { transposedConvolution2d, transposedConvolution3d } from './convolution/transposed-convolution.js';
import { guardedRoles } from './guarded.js';
import { keepingMaps } from './kit/one-map.js';
import type { Placement } from './kit/placement.js';
import { concatenate } from './merge/concatenate.js';
import { dot } from './merge/dot.js';
import { add, average, maximum, minimum } from './merge/merge.js';
import { multiply } from './merge/multiply.js';
import type { Mirror, MirrorFactory } from './mirror.js';
import { averagePooling } from './pooling/average-pooling.js';
import { globalAveragePooling, globalMaxPooling } from './pooling/global-pooling.js';
import { maxPooling } from './pooling/max-pooling.js';
import { type Activation, activationNamed, cappedRelu, normalizer } from './rectify/activation.js';
import { nonlinearity } from './rectify/nonlinearity.js';
import { leakyRelu, parametricRelu, thresholdedRelu } from './rectify/parametric.js';
import { noPixels } from './recurrent/no-pixels.js';
import { recurrent } from './recurrent/recurrent.js';
import { timeDistributed } from './recurrent/time-distributed.js';
import type { Roles } from './roles.js';
import { batchNormalization } from './scaling/batch-normalization.js';
import { layerNormalization } from './scaling/layer-normalization.js';
import { masking } from './scaling/masking.js';
import { rescaling } from './scaling/rescaling.js';
import { flatten, identity, zeroPadding2d } from './shape/identity-and-flatten.js';
import { cropping2d } from './shape/padding-and-cropping.js';
import { permute, repeatVector, reshape } from './shape/reshape.js';
import { centerCrop, resizing } from './shape/resizing.js';
import { upSampling2d } from './shape/upsampling.js';

/** The steps of a layer's mirror in the order of the way up: a layer with a fused activation is a filter and a rectify. */
export type MirrorSteps = readonly Mirror[];

type Row = (layer: Layer, roles: Roles, placement: Placement | undefined) => MirrorSteps | undefined;

/** A linear layer with, perhaps, a fused activation. */
const filter =
  (adjoint: MirrorFactory): Row =>
  (layer, roles, placement) => {
    const step = roles.filter(layer, adjoint(layer));
    const activation = activationNamed(optionsOf(layer).activation, layer.name);
    return activation.family === 'linear' ? [step] : [step, nonlinearity(activation, roles.rectify, placement)];
  };

/** A max pooling layer. */
const unpool =
  (switches: MirrorFactory): Row =>
  (layer, roles) => [roles.unpool(layer, keepingMaps(switches(layer)))];

/** A nonlinearity that is a layer of its own. */
const rectify =
  (activation: (layer: Layer) => Activation): Row =>
  (layer, roles, placement) => [nonlinearity(activation(layer), roles.rectify, placement)];

const plain =
  (mirror: (layer: Layer, placement?: Placement) => Mirror): Row =>
  (layer, _roles, placement) => [mirror(layer, placement)];

/** A layer that does to each feature map by itself what it does. */
const perMap =
  (mirror: (layer: Layer, placement?: Placement) => Mirror): Row =>
  (layer, _roles, placement) => [keepingMaps(mirror(layer, placement))];

/** Which mirror each class of tfjs-layers has: one row a class. */
const TABLE: Readonly<Record<string, Row>> = {
  Conv1D: filter(convolution1d),
  Conv2D: filter(convolution2d),
  Conv3D: filter(convolution3d),
  DepthwiseConv2D: filter(depthwiseConvolution2d),
  SeparableConv2D: filter(separableConvolution2d),
  Conv2DTranspose: filter(transposedConvolution2d),
  Conv3DTranspose: filter(transposedConvolution3d),
  Dense: filter(dense),
  MaxPooling1D: unpool((layer) => maxPooling(layer, 1)),
  MaxPooling2D: unpool((layer) => maxPooling(layer, 2)),
  MaxPooling3D: unpool((layer) => maxPooling(layer, 3)),
  GlobalMaxPooling1D: unpool(globalMaxPooling),
  GlobalMaxPooling2D: unpool(globalMaxPooling),
  AveragePooling1D: perMap((layer) => averagePooling(layer, 1)),
  AveragePooling2D: perMap((layer) => averagePooling(layer, 2)),
  AveragePooling3D: perMap((layer) => averagePooling(layer, 3)),
  GlobalAveragePooling1D: perMap(globalAveragePooling),
  GlobalAveragePooling2D: perMap(globalAveragePooling),
  Activation: rectify((layer) => activationNamed(optionsOf(layer).activation, layer.name)),
  ReLU: rectify((layer) => {
    const { maxValue } = optionsOf(layer);
    return maxValue == null ? activationNamed('relu', layer.name) : cappedRelu(maxValue);
  }),
  Softmax: rectify((layer) => normalizer('softmax', optionsOf(layer).axis ?? -1)),
  ELU: rectify((layer) => activationNamed('elu', layer.name)),
  LeakyReLU: rectify(leakyRelu),
  PReLU: (layer, roles, placement) => [parametricRelu(layer, roles.rectify, placement)],
  ThresholdedReLU: rectify(thresholdedRelu),
  Flatten: plain(flatten),
  ZeroPadding2D: perMap(zeroPadding2d),
  Dropout: perMap(identity),
  SpatialDropout1D: perMap(identity),
  GaussianNoise: perMap(identity),
  GaussianDropout: perMap(identity),
  AlphaDropout: perMap(identity),
  BatchNormalization: perMap(batchNormalization),
  Add: perMap(add),
  Average: perMap(average),
  Maximum: perMap(maximum),
  Minimum: perMap(minimum),
  Multiply: perMap(multiply),
  Concatenate: plain(concatenate),
  Rescaling: perMap(rescaling),
  LayerNormalization: (layer, roles, placement) => [layerNormalization(layer, roles, placement)],
  Dot: (layer, roles, placement) => [dot(layer, roles, placement)],
  Masking: plain(masking),
  TimeDistributed: (layer, roles, placement) =>
    timeDistributed(layer, placement, (inner, within) => builtInMirror(inner, roles, within)),
  Resizing: plain(resizing),
  CenterCrop: plain(centerCrop),
  Embedding: noPixels('its input is a list of word numbers, there are no pixels below it'),
  CategoryEncoding: noPixels('its input is a list of category numbers, there are no pixels below it'),
  RandomWidth: noPixels('it is random on every way up, so the way down cannot know what the way up did'),
  Reshape: plain(reshape),
  Permute: plain(permute),
  RepeatVector: plain(repeatVector),
  Cropping2D: perMap(cropping2d),
  UpSampling2D: perMap(upSampling2d),
  SimpleRNN: plain(recurrent),
  GRU: plain(recurrent),
  LSTM: plain(recurrent),
  ConvLSTM2D: plain(recurrent),
  RNN: plain(recurrent),
  Bidirectional: plain(recurrent),
};

/** The built-in mirror of a layer, or undefined where its class has none. */
export function builtInMirror(layer: Layer, roles: Roles, placement?: Placement): MirrorSteps | undefined {
  const className = classNameOf(layer);
  return hasRow(className) ? TABLE[className]!(layer, guardedRoles(roles, layer.name), placement) : undefined;
}

/** Whether a class has a mirror, or an error of its own. */
export function hasRow(className: string): boolean {
  return Object.hasOwn(TABLE, className);
}

/** The error for a layer whose class has no mirror: it names the layer and the ways out. */
export function unsupportedLayer(layer: Layer, name: string): DeconvnetError {
  const className = classNameOf(layer);
  const missing = className === 'TimeDistributed' ? `${classNameOf(wrappedLayer(layer))}, which it wraps,` : className;
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
