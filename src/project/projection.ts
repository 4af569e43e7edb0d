import type { Tensor } from '@tensorflow/tfjs-core';
import type { Region } from '../network/region.js';

/** Everything a projection says of itself. */
export interface ProjectionDetails {
  readonly layer: string;
  readonly featureMap: number;
  readonly position: readonly number[] | 'all';
  readonly activation: number;
  readonly probability?: number;
  readonly receptiveField: Region;
  readonly cropped: boolean;
  readonly rule: string;
  readonly empty: boolean;
  readonly channelAxis: number;
  readonly channels: 'rgb' | 'bgr';
}

/**
 * The signal of one activation (or of one whole feature map) when it has reached the pixels.
 *
 * It belongs to the caller: `dispose()` it, or declare it with `using`.
 */
export class Projection implements ProjectionDetails {
  /** Shaped like one input, without a batch axis; with `crop` like the receptive field. In units of the activation. */
  readonly pixels: Tensor;
  /** The layer it comes from. */
  readonly layer: string;
  /** The feature map it comes from. */
  readonly featureMap: number;
  /** The place of the activation per spatial axis, or `all`. */
  readonly position: readonly number[] | 'all';
  /** The activation that was projected; for `all` the largest of the feature map; for a softmax layer the logit. */
  readonly activation: number;
  /** For a softmax layer: the probability. */
  readonly probability?: number;
  /** The box of input pixels that the activation can see; it may stick out of the picture. For `all`: the part of the picture that the feature map sees. */
  readonly receptiveField: Region;
  /** Whether `pixels` are those of the receptive field only. */
  readonly cropped: boolean;
  /** The name of the rule, `deconvnet` by default. */
  readonly rule: string;
  /** Whether it came out zero everywhere. */
  readonly empty: boolean;
  /** Which axis of `pixels` counts the picture's channels. */
  readonly channelAxis: number;
  /** The order of the picture's channels, as far as the input format is known; else `rgb`. */
  readonly channels: 'rgb' | 'bgr';

  constructor(pixels: Tensor, details: ProjectionDetails) {
    this.pixels = pixels;
    this.layer = details.layer;
    this.featureMap = details.featureMap;
    this.position = details.position;
    this.activation = details.activation;
    if (details.probability !== undefined) this.probability = details.probability;
    this.receptiveField = details.receptiveField;
    this.cropped = details.cropped;
    this.rule = details.rule;
    this.empty = details.empty;
    this.channelAxis = details.channelAxis;
    this.channels = details.channels;
  }

  /** Frees the pixels. A second call does nothing. */
  dispose(): void {
    this.pixels.dispose();
  }

  /** For `using projection = ...`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
