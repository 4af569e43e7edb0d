import type { Tensor } from '@tensorflow/tfjs-core';
import type { Region } from '../regions/region.js';

/** Everything a projection says of itself, beside its pixels. */
export interface ProjectionDetails {
  readonly layer: string;
  readonly featureMap: number;
  readonly position: readonly number[] | 'all';
  readonly activation: number;
  readonly probability?: number;
  readonly cropped: boolean;
  readonly rule: string;
  readonly empty: boolean;
  readonly channels: 'rgb' | 'bgr';
}

/** What arrived at one input of the model. */
export interface InputProjection {
  /** Shaped like this input, without a batch axis; with `crop` like the receptive field. */
  readonly pixels: Tensor;
  /** The box of this input that the activation can see. */
  readonly receptiveField: Region;
  /** Which axis of `pixels` counts the channels. */
  readonly channelAxis: number;
}

/**
 * The signal of one activation (or of one whole feature map) when it has reached the pixels.
 *
 * It belongs to the caller: `dispose()` it, or declare it with `using`.
 */
export class Projection {
  /**
   * Shaped like one input, without a batch axis; with `crop` like the receptive field. In units of the activation. Of a
   * model with several inputs: at the first one that the layer sees.
   */
  readonly pixels: Tensor;
  /** What arrived at each input of the model that the layer sees, by the name of its input layer; `pixels` is the first. */
  readonly inputs: Readonly<Record<string, InputProjection>>;
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

  /** @internal */
  constructor(inputs: readonly (readonly [name: string, input: InputProjection])[], details: ProjectionDetails) {
    const [, first] = inputs[0]!;
    this.inputs = Object.fromEntries(inputs);
    this.pixels = first.pixels;
    this.receptiveField = first.receptiveField;
    this.channelAxis = first.channelAxis;
    this.layer = details.layer;
    this.featureMap = details.featureMap;
    this.position = details.position;
    this.activation = details.activation;
    if (details.probability !== undefined) this.probability = details.probability;
    this.cropped = details.cropped;
    this.rule = details.rule;
    this.empty = details.empty;
    this.channels = details.channels;
  }

  /** Frees the pixels. A second call does nothing. */
  dispose(): void {
    for (const { pixels } of Object.values(this.inputs)) pixels.dispose();
  }

  /** For `using projection = ...`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
