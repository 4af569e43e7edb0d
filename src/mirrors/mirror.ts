import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '../network/layer-access.js';
import type { Region } from '../regions/region.js';
import type { Reach } from '../regions/window.js';

/** Where a mirror works: which layer, on tensors of which shape, on which part of them. */
export interface MirrorContext {
  readonly layer: Layer;
  /** What `prepare` made; owned by the Deconvnet. On the way up there is none: the layer's own weights are at hand. */
  readonly prepared: readonly Tensor[];
  /** Shapes of the layer's whole inputs, the batch first. */
  readonly inputShapes: readonly (readonly number[])[];
  /** Shape of the layer's whole output, the batch first. */
  readonly outputShape: readonly number[];
  /** The part of each input that the tensors in hand hold, or are to hold. */
  readonly inputRegions: readonly Region[];
  /** The part of the output that the tensors in hand hold. */
  readonly outputRegion: Region;
}

/** What a mirror sees on the way up, when it writes down what the way down will need. */
export interface WayUp {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly at: MirrorContext;
  /** The mask that came with the input, behind a Masking layer: 1 or true for the steps that count. */
  readonly mask?: Tensor;
}

/** What a mirror knows on the way down. */
export interface DownContext extends MirrorContext {
  /**
   * What `record` returned. Its leading axis is 1 where one picture serves all signals of the batch, and the batch
   * of the signal otherwise.
   */
  readonly recorded: readonly Tensor[];
}

/**
 * What one convnet layer becomes in the deconvnet: a small stateless object.
 *
 * All functions run inside a tidy of the library and must not be async: what they return is kept and disposed for
 * them, anything else they make is freed. They never change or dispose what they are given.
 *
 * @example A layer that changes nothing on the way down, as local response normalisation in the paper:
 * ```ts
 * import type { Mirror } from 'deconvnet';
 *
 * const passOn: Mirror = { kind: 'identity', window: 'pointwise', down: (signal) => signal.clone() };
 * ```
 */
export interface Mirror {
  /** A word or two for the list of layers: `filter`, `unpool`, `rectify`, `identity` ... */
  readonly kind?: string;
  /**
   * How far one output reaches, per spatial axis: a window, or its own cell only. Without it one output sees
   * everything below.
   */
  readonly window?: Reach;
  /**
   * What is known of the signs of the output: `non-negative` after a ReLU, `as-input` for layers that keep a
   * non-negative input so. Where the output cannot be negative, 0 is not an activation and is not mined.
   */
  readonly sign?: 'non-negative' | 'as-input';
  /**
   * The weights that `down` works with, made once, kept while the layer's own stay the same, disposed by
   * `Deconvnet.dispose`. A way down must use these and not the layer's own: training may change them in between.
   */
  prepare?(layer: Layer): Tensor[];
  /**
   * The layer's output on a region, or its part below a fused activation. Where the whole output is wanted, the
   * library runs the layer's own call, unless a value inside the layer is needed or a backend is known to get it wrong.
   */
  up?(inputs: readonly Tensor[], at: MirrorContext): Tensor;
  /**
   * What the way down will need from the way up: switches, masks. The library keeps and disposes it. The leading axis of
   * each tensor is the batch, or 1.
   */
  record?(up: WayUp): Tensor[];
  /**
   * The signal at the layer's output becomes the signal at its inputs: one tensor per input, shaped like that input
   * with the batch of the signal.
   */
  down(signal: Tensor, at: DownContext): Tensor | Tensor[];
}

/** Makes the mirror of a layer of the user's own, or instead of a built-in one. */
export type MirrorFactory = (layer: Layer) => Mirror;
