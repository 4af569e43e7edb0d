import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '../network/layer-access.js';
import type { Mirror } from './mirror.js';
import type { Activation } from './rectify/activation.js';

/** What a rectify mirror is given besides the signal. */
export interface RectifyContext {
  /** The input of the nonlinearity on the way up, if `records` asks for it. */
  readonly input?: Tensor;
  /** The output of the nonlinearity on the way up, if `records` asks for it. */
  readonly output?: Tensor;
  readonly activation: Activation;
}

/**
 * The mirror of a nonlinearity: it turns the signal at the output into the signal at the input, of the same shape.
 *
 * `records` says what has to be recorded on the way up. A function without `records` is given both input and output.
 */
export interface RectifyMirror {
  (signal: Tensor, at: RectifyContext): Tensor;
  readonly records?: (activation: Activation) => readonly ('input' | 'output')[];
  /**
   * Where a layer with a bounded nonlinearity (softmax, a ReLU with a maximum, sigmoid, tanh ...) is seeded, ranked and
   * mined: at the input of the nonlinearity (`logit`, the default, because outputs saturate), or at its `output`, which
   * the gradient of that output needs.
   */
  readonly seed?: 'logit' | 'output';
  /** Its name in the list of layers; `rectify (custom)` by default. */
  readonly kind?: string;
}

/** Makes the mirror of a linear layer from the layer and its built-in mirror (the adjoint), which it may wrap. */
export type FilterMirror = (layer: Layer, builtIn: Mirror) => Mirror;

/** Makes the mirror of a max pooling layer from the layer and its built-in mirror (switches), which it may wrap. */
export type UnpoolMirror = (layer: Layer, builtIn: Mirror) => Mirror;

/** The three pluggable roles that the built-in mirrors are composed of. */
export interface Roles {
  readonly unpool: UnpoolMirror;
  readonly rectify: RectifyMirror;
  readonly filter: FilterMirror;
}
