import type { Region } from '../regions/region.js';

/** A strong activation of a feature map, with the input pixels that it can see and those of its patch. */
export interface Patch {
  /** The id of its image. */
  readonly id: string;
  /** The label of its image, if it was given. */
  readonly label?: string;
  /**
   * The activation. For a layer with a bounded nonlinearity it is the input of the nonlinearity, under all rules but
   * `gradient`: the logit of a softmax; what a sigmoid or tanh reads; and the positive part of what a ReLU with a maximum
   * reads.
   */
  readonly activation: number;
  /** For a softmax layer, the probability that belongs to the logit. */
  readonly probability?: number;
  /** For a layer with another bounded nonlinearity, the layer's output that belongs to this input. */
  readonly output?: number;
  /** The position in the feature map, per spatial axis; empty for a dense unit. */
  readonly position: readonly number[];
  /** The box of input pixels that the activation can see; it may stick out of the image. */
  readonly receptiveField: Region;
  /**
   * The box of the patch: the input pixels in which the signal of the activation can land. It is the receptive field,
   * except above a gate, through which an activation sees the whole image. It may stick out of the image.
   */
  readonly landing: Region;
  /** The pixels of the landing that lie inside the image, unless the miner's `maxBytes` was too small for them. */
  readonly pixels?: PatchPixels;
}

/** The model input inside a box of an image. */
export interface PatchPixels {
  /** Values of model input, line by line, with channels last even if the model has them first. */
  readonly data: Float32Array;
  /** The number of pixels per spatial axis, then the number of channels. */
  readonly shape: readonly number[];
  /** The first pixel of the box, per spatial axis. */
  readonly start: readonly number[];
}
