import type { Region } from '../regions/region.js';

/** The input pixels that one strong activation can see, as a miner remembers them. */
export interface Patch {
  /** The id its picture was given. */
  readonly id: string;
  /** The class of its picture, where it was given. */
  readonly label?: string;
  /** The activation; for a softmax layer the logit. */
  readonly activation: number;
  /** For a softmax layer: the probability that the activation stands for. */
  readonly probability?: number;
  /** Where in the feature map, per spatial axis; empty for a dense unit. */
  readonly position: readonly number[];
  /** The box of input pixels that the activation can see; it may stick out of the picture. */
  readonly receptiveField: Region;
  /** The picture's part of the receptive field, unless the miner's `maxBytes` left no room. */
  readonly pixels?: PatchPixels;
}

/** Model input inside a box of the picture. */
export interface PatchPixels {
  /** Values of model input, row by row, channels last whatever the model has. */
  readonly data: Float32Array;
  /** Pixels per spatial axis, then channels. */
  readonly shape: readonly number[];
  /** First pixel of the box, per spatial axis. */
  readonly start: readonly number[];
}
