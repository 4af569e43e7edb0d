import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '../network/layer-access.js';
import type { Mirror } from './mirror.js';
import type { Activation } from './rectify/activation.js';

/** What a rectify mirror sees beside the signal. */
export interface RectifyContext {
  /** What went into the nonlinearity on the way up; present where `records` asks for it. */
  readonly input?: Tensor;
  /** What came out of it; present where `records` asks for it. */
  readonly output?: Tensor;
  readonly activation: Activation;
}

/**
 * The mirror of a nonlinearity: the signal at its output becomes the signal at its input, of the same shape.
 *
 * `records` says what has to be remembered of the way up; a function without it is given both input and output.
 */
export interface RectifyMirror {
  (signal: Tensor, at: RectifyContext): Tensor;
  readonly records?: (activation: Activation) => readonly ('input' | 'output')[];
  /**
   * Where a softmax layer is seeded, ranked and mined: at its input (`logit`, the default: probabilities saturate) or at
   * its `output`, as the gradient of a probability wants.
   */
  readonly seed?: 'logit' | 'output';
  /** What the list of layers calls it; `rectify (custom)` where there is none. */
  readonly kind?: string;
}

/** The mirror of a linear layer, made from the layer and the built-in mirror (its adjoint), which it may wrap. */
export type FilterMirror = (layer: Layer, builtIn: Mirror) => Mirror;

/** The mirror of a max pooling layer, made from the layer and the built-in mirror (switches), which it may wrap. */
export type UnpoolMirror = (layer: Layer, builtIn: Mirror) => Mirror;

/** The three pluggable roles that the built-in mirrors are composed of. */
export interface Roles {
  readonly unpool: UnpoolMirror;
  readonly rectify: RectifyMirror;
  readonly filter: FilterMirror;
}
