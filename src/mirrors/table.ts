import { DeconvnetError } from '../errors.js';
import { classNameOf, type Layer } from '../network/layer-access.js';
import { type Activation, activationNamed, cappedRelu, normalizer } from './activation.js';
import { convolution2d } from './convolution.js';
import { dense } from './dense.js';
import { optionsOf, titleOf } from './layer-options.js';
import type { Mirror, MirrorFactory } from './mirror.js';
import { maxPooling2d } from './pooling.js';
import { rectifyStep } from './rectify.js';
import { recurrent } from './recurrent.js';
import type { Roles } from './roles.js';
import { flatten, identity, zeroPadding2d } from './shape.js';

/** The steps of a layer's mirror in the order of the way up: a layer with a fused activation is a filter and a rectify. */
export type MirrorSteps = readonly Mirror[];

type Row = (layer: Layer, roles: Roles) => MirrorSteps;

/** A linear layer with, perhaps, a fused activation. */
const filter =
  (adjoint: MirrorFactory): Row =>
  (layer, roles) => {
    const step = roles.filter(layer, adjoint(layer));
    const activation = activationNamed(optionsOf(layer).activation, layer.name);
    return activation.family === 'linear' ? [step] : [step, rectifyStep(activation, roles.rectify)];
  };

/** A nonlinearity that is a layer of its own. */
const rectify =
  (activation: (layer: Layer) => Activation): Row =>
  (layer, roles) => [rectifyStep(activation(layer), roles.rectify)];

const plain =
  (mirror: MirrorFactory): Row =>
  (layer) => [mirror(layer)];

/** Which mirror each class of tfjs-layers has: one row a class. */
const TABLE: Readonly<Record<string, Row>> = {
  Conv2D: filter(convolution2d),
  Dense: filter(dense),
  MaxPooling2D: (layer, roles) => [roles.unpool(layer, maxPooling2d(layer))],
  Activation: rectify((layer) => activationNamed(optionsOf(layer).activation, layer.name)),
  ReLU: rectify((layer) => {
    const { maxValue } = optionsOf(layer);
    return maxValue == null ? activationNamed('relu', layer.name) : cappedRelu(maxValue);
  }),
  Softmax: rectify((layer) => normalizer('softmax', optionsOf(layer).axis ?? -1)),
  Flatten: plain(flatten),
  ZeroPadding2D: plain(zeroPadding2d),
  Dropout: plain(identity),
  SpatialDropout1D: plain(identity),
  GaussianNoise: plain(identity),
  GaussianDropout: plain(identity),
  AlphaDropout: plain(identity),
  SimpleRNN: plain(recurrent),
  GRU: plain(recurrent),
  LSTM: plain(recurrent),
  ConvLSTM2D: plain(recurrent),
  RNN: plain(recurrent),
  Bidirectional: plain(recurrent),
  SimpleRNNCell: plain(recurrent),
  GRUCell: plain(recurrent),
  LSTMCell: plain(recurrent),
  ConvLSTM2DCell: plain(recurrent),
  StackedRNNCells: plain(recurrent),
};

/** The built-in mirror of a layer, or undefined where its class has none. */
export function builtInMirror(layer: Layer, roles: Roles): MirrorSteps | undefined {
  const className = classNameOf(layer);
  return Object.hasOwn(TABLE, className) ? TABLE[className]!(layer, roles) : undefined;
}

/** The error for a layer whose class has no mirror: it names the layer and the ways out. */
export function unsupportedLayer(layer: Layer, name: string): DeconvnetError {
  const className = classNameOf(layer);
  return new DeconvnetError(
    'unsupported-layer',
    `Layer ${titleOf(layer)}${name === layer.name ? '' : ` ('${name}')`} has no mirror: the class ${className} is not in the table. Choose a layer below it, or give a mirror of your own: new Deconvnet(model, { mirrors: { ${className}: (layer) => mirror } }); or take its plain gradient: { fallback: 'gradient' }.`,
    { layer: name },
  );
}
