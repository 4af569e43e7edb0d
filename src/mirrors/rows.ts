// What rows of the table are made of. The classes that `models/layers/` adds are made of the same.
import { type Layer, weightsOf } from '../network/layer-access.js';
import { optionsOf } from '../network/layer-options.js';
import { keepingMaps } from './kit/one-map.js';
import type { Placement } from './kit/placement.js';
import type { LayerClass, LayerShapes, MirrorMaker } from './layer-class.js';
import type { Mirror, MirrorFactory } from './mirror.js';
import { type Activation, activationOf } from './rectify/activation.js';
import { nonlinearity } from './rectify/nonlinearity.js';
import { recurrent } from './recurrent/recurrent.js';

/** A linear layer, which may have a fused activation. */
export const filter =
  (adjoint: MirrorFactory): MirrorMaker =>
  (layer, roles, placement) => {
    const step = roles.filter(layer, adjoint(layer));
    const activation = activationOf(layer);
    return activation.family === 'linear' ? [step] : [step, nonlinearity(activation, roles.rectify, placement)];
  };

/** A max pooling layer. */
export const unpool =
  (switches: MirrorFactory): MirrorMaker =>
  (layer, roles) => [roles.unpool(layer, keepingMaps(switches(layer)))];

/** A nonlinearity that is a layer of its own. */
export const rectify =
  (activation: (layer: Layer) => Activation): MirrorMaker =>
  (layer, roles, placement) => [nonlinearity(activation(layer), roles.rectify, placement)];

/** A layer whose mirror has one step and takes no role. */
export const plain =
  (mirror: (layer: Layer, placement?: Placement) => Mirror): MirrorMaker =>
  (layer, _roles, placement) => [mirror(layer, placement)];

/** The same for a mirror in which each feature map of the result depends only on the map of the same number. */
export const perMap =
  (mirror: (layer: Layer, placement?: Placement) => Mirror): MirrorMaker =>
  (layer, _roles, placement) => [keepingMaps(mirror(layer, placement))];

/** The weights in a layer's kernels: each of them is used once for each place of the window. A bias has one axis. */
export const kernels = (layer: Layer): number =>
  weightsOf(layer).reduce((sum, { rank, size }) => sum + (rank > 1 ? size : 0), 0);

/** The same at each step of time. If a layer gives only its last step, then its places are fewer than its steps. */
const kernelsOverTime = (layer: Layer, { input, output }: LayerShapes): number =>
  kernels(layer) * (output.length === input.length ? 1 : input[1]!);

/** Whether the option `activation` of a layer names a nonlinearity. */
export const isNonlinear = (layer: Layer): boolean => (optionsOf(layer).activation ?? 'linear') !== 'linear';

export const CONVOLUTION: Omit<LayerClass, 'mirror'> = { isConvolution: true, isNonlinear, multiplyAdds: kernels };
export const NONLINEARITY: Omit<LayerClass, 'mirror'> = { isNonlinear: () => true };
export const FEATURES: Omit<LayerClass, 'mirror'> = { keepsFeatures: true };
export const RECURRENT: LayerClass = { mirror: plain(recurrent), multiplyAdds: kernelsOverTime };
