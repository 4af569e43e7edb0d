import type { Tensor } from '@tensorflow/tfjs-core';
import type { Region } from '../regions/region.js';

/** What is known about a projection, beside its pixels. */
export interface ProjectionDetails {
  readonly layer: string;
  readonly featureMap: number;
  readonly position: readonly number[] | 'all';
  readonly activation: number;
  readonly probability?: number;
  readonly output?: number;
  readonly cropped: boolean;
  readonly rule: string;
  readonly empty: boolean;
  readonly channels: 'rgb' | 'bgr';
}

/** What arrived at one input of the model. */
export interface InputProjection {
  /** Shaped like this input, without a batch axis; with `crop`, shaped like the landing. */
  readonly pixels: Tensor;
  /** The box of this input that the activation can see. */
  readonly receptiveField: Region;
  /** The box of this input in which the signal can land. */
  readonly landing: Region;
  /** The axis of `pixels` along which the channels lie. */
  readonly channelAxis: number;
}

/**
 * The signal of one activation, or of one whole feature map, when it has reached the pixels.
 *
 * It belongs to the caller, who calls `dispose()`, or declares it with `using`.
 */
export class Projection {
  /**
   * The projection itself, in units of the activation: shaped like one input, without a batch axis; with `crop`, shaped
   * like the landing. If the model has several inputs, it belongs to the first one that the signal comes to.
   */
  readonly pixels: Tensor;
  /** What arrived at each input that the signal comes to, by the name of the input layer. `pixels` belongs to the first. */
  readonly inputs: Readonly<Record<string, InputProjection>>;
  /** The name of the layer that it comes from. */
  readonly layer: string;
  /** The number of the feature map that it comes from. */
  readonly featureMap: number;
  /** The position of the activation per spatial axis, or `all`. */
  readonly position: readonly number[] | 'all';
  /**
   * The activation that was projected; for `all` the largest activation of the feature map. For a layer with a
   * bounded nonlinearity it is the input of the nonlinearity, under all rules but `gradient`: the logit of a softmax; what
   * a sigmoid or tanh reads; and the positive part of what a ReLU with a maximum reads, such as 8.5 where a ReLU6 gives 6.
   */
  readonly activation: number;
  /** The probability that the activation stands for; only for a softmax layer whose `activation` is the logit. */
  readonly probability?: number;
  /** The layer's output there; only if `activation` is the input of another bounded nonlinearity. */
  readonly output?: number;
  /**
   * The box of input pixels that the activation can see; it may stick out of the image. For `all` it is the part of the
   * image that the feature map sees.
   */
  readonly receptiveField: Region;
  /**
   * The box of input pixels in which the signal can land; it may stick out of the image. It is the receptive field, except
   * above a gate: an activation sees the whole image through a gate, but no signal goes down there. Everywhere outside of
   * it the projection is zero.
   */
  readonly landing: Region;
  /** Whether `pixels` are only those of the landing. */
  readonly cropped: boolean;
  /** The name of the rule, `deconvnet` by default. */
  readonly rule: string;
  /** Whether all its pixels are zero. */
  readonly empty: boolean;
  /** The axis of `pixels` along which the channels of the image lie. */
  readonly channelAxis: number;
  /** The order of the image's channels if the input format is known, else `rgb`. */
  readonly channels: 'rgb' | 'bgr';

  /** @internal */
  constructor(inputs: readonly (readonly [name: string, input: InputProjection])[], details: ProjectionDetails) {
    const [, first] = inputs[0]!;
    this.inputs = Object.fromEntries(inputs);
    this.pixels = first.pixels;
    this.receptiveField = first.receptiveField;
    this.landing = first.landing;
    this.channelAxis = first.channelAxis;
    this.layer = details.layer;
    this.featureMap = details.featureMap;
    this.position = details.position;
    this.activation = details.activation;
    if (details.probability !== undefined) this.probability = details.probability;
    if (details.output !== undefined) this.output = details.output;
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
