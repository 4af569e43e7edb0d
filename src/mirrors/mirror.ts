// Stage: after `input/`. `mirrors/` says for each layer what it becomes on the way down.
// In: one layer, the roles of the chosen rule, and where the layer stands in its network.
// Out: the steps of its mirror. This file is the contract, `table.ts` has one row for each layer class, and
// `mirror-set.ts` keeps the mirrors of one network with their prepared weights. A folder for each family of layers has
// the mirrors.

import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '../network/layer-access.js';
import type { Region } from '../regions/region.js';
import type { Reach } from '../regions/window.js';

/** Where a mirror works: on which layer, with tensors of which shapes, and on which part of them. */
export interface MirrorContext {
  readonly layer: Layer;
  /**
   * What `prepare` made. The Deconvnet owns it. It is empty on the way up, where a mirror uses the layer's own weights.
   */
  readonly prepared: readonly Tensor[];
  /** The shapes of the layer's whole inputs, with the batch first. */
  readonly inputShapes: readonly (readonly number[])[];
  /** The shape of the layer's whole output, with the batch first. */
  readonly outputShape: readonly number[];
  /**
   * The part of each input that a tensor at that input covers: the one that is given, or the one that is to be made.
   */
  readonly inputRegions: readonly Region[];
  /** The part of the output that a tensor at the output covers. */
  readonly outputRegion: Region;
}

/** What a mirror is given on the way up, when it records what the way down will need. */
export interface WayUp {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly at: MirrorContext;
  /** The mask that comes with the input behind a Masking layer: 1 or true for the time steps that count. */
  readonly mask?: Tensor;
}

/** What a mirror is given on the way down. */
export interface DownContext extends MirrorContext {
  /**
   * What `record` returned. The first axis of each tensor is 1 if one image serves all signals of the batch;
   * otherwise it is the batch of the signal.
   */
  readonly recorded: readonly Tensor[];
}

/**
 * What one convnet layer becomes in the deconvnet: a small stateless object.
 *
 * All functions run inside a `tf.tidy` of the library, so they must not be async. The library keeps and disposes what
 * they return, and frees everything else that they make. They must not change or dispose what they are given.
 *
 * @example A layer that changes nothing on the way down, like local response normalisation in the paper:
 * ```ts
 * import type { Mirror } from 'deconvnet';
 *
 * const passOn: Mirror = { kind: 'identity', window: 'pointwise', down: (signal) => signal.clone() };
 * ```
 */
export interface Mirror {
  /** A word or two for the list of layers, such as `filter`, `unpool`, `rectify` or `identity`. */
  readonly kind?: string;
  /**
   * What one output reads, per spatial axis: a window, or only its own cell. If it is absent, one output reads
   * everything below.
   */
  readonly window?: Reach;
  /**
   * The inputs, by index, that count as constants on the way down, such as the gate of a squeeze-and-excitation block. No
   * signal follows them, so what `down` returns for them is not used. One output reads each of them whole, and the other
   * inputs as `window` says. `record` must keep what `down` needs of them.
   */
  readonly gates?: readonly number[];
  /**
   * What is known about the signs of the output: `non-negative` after a ReLU; `as-input` if the output is
   * non-negative whenever the inputs are. If the output cannot be negative, 0 is not an activation and is not mined.
   */
  readonly sign?: 'non-negative' | 'as-input';
  /**
   * The weights that `down` works with. They are made once, and again when the layer's weights have changed;
   * `Deconvnet.dispose` disposes them. A way down must use these and not the layer's own weights, because training may
   * change those between the way up and the way down.
   */
  prepare?(layer: Layer): Tensor[];
  /**
   * Computes the layer's output on a region. If the whole output is wanted, the library runs the layer's own call,
   * unless it needs a value inside the layer or the call is known to be wrong on the backend.
   *
   * A mirror from the option `mirrors` stands for the whole layer, so its `up` includes the layer's fused activation
   * function. The mirror of the role `filter` stands for the layer below its fused activation function, because the
   * role `rectify` mirrors that function, so its `up` leaves the function out.
   */
  up?(inputs: readonly Tensor[], at: MirrorContext): Tensor;
  /**
   * What the way down will need from the way up, such as switches and masks. The library keeps and disposes it. The
   * first axis of each tensor is the batch, or 1.
   */
  record?(up: WayUp): Tensor[];
  /**
   * The cells that each record lies on. With it, one way up can serve ways down on smaller regions, because the library
   * can cut the records to these regions. Without it, a mirror that records needs a way up of its own for each region.
   *
   * - `'output'`: the record lies on the cells of the output's region.
   * - `{ input: i }`: the record lies on the cells of the region of input `i`.
   * - `'whole'`: the record serves every region as it is.
   *
   * A record that lies on cells has the axes of the tensor whose cells they are. Along an axis on which all cells share a
   * value, the size of the record may be 1. There is one entry for each record, in order; the last entry also stands for
   * all records after it. A mirror that replaces the `record` of another mirror must replace this too.
   */
  readonly recordsLieOn?: readonly ('output' | { readonly input: number } | 'whole')[];
  /**
   * Turns the signal at the layer's output into the signal at its inputs: one tensor per input, shaped like that
   * input but with the batch of the signal.
   */
  down(signal: Tensor, at: DownContext): Tensor | Tensor[];
}

/** Makes the mirror of a user's own layer, or a mirror that replaces a built-in one. */
export type MirrorFactory = (layer: Layer) => Mirror;
