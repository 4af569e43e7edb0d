import type { ChannelFacts } from '../network/channel-axis.js';
import type { PlaceFacts } from '../network/gates.js';
import type { Layer } from '../network/layer-access.js';
import type { Placement } from './kit/placement.js';
import type { Mirror } from './mirror.js';
import type { Roles } from './roles.js';

/** The steps of a layer's mirror in the order of the way up: a layer with a fused activation is a filter and a rectify. */
export type MirrorSteps = readonly Mirror[];

/** Makes the steps of a layer's mirror; undefined if a layer inside it has no mirror. */
export type MirrorMaker = (layer: Layer, roles: Roles, placement: Placement | undefined) => MirrorSteps | undefined;

/** The shapes of what a layer reads and makes, the batch first. */
export interface LayerShapes {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/**
 * A layer that says itself what is known of its class, by a method that is found by its name. The classes that
 * `deconvnet/models` adds to tfjs-layers do. What a layer says comes before the table.
 */
export interface CarryingLayer extends Layer {
  deconvnetClass?(): LayerClass;
}

/** What is known of a class of layers: its row in the table. Every member but `mirror` is left out by most classes. */
export interface LayerClass extends ChannelFacts, PlaceFacts {
  /** What a layer becomes on the way down. A class without it has no mirror. */
  readonly mirror?: MirrorMaker;
  /** Whether it is a convolution. If nobody names layers, the nonlinearities above the convolutions are mined. */
  readonly isConvolution?: boolean;
  /** Whether it is a dense layer. These take the place of convolutions in a network without any. */
  readonly isDense?: boolean;
  /** Whether a layer ends in a nonlinearity: it is one, or has one fused into it. */
  readonly isNonlinear?: (layer: Layer) => boolean;
  /**
   * Whether its feature maps still show what those of its input show: it scales, shifts, pads or joins them, but does not
   * mix them by weights, nor pool them. A nonlinearity above it then belongs to the convolution below it.
   */
  readonly keepsFeatures?: boolean;
  /**
   * How many multiply-adds a layer costs for each place of its window: each cell of the side with fewer cells. A layer
   * without it costs only what reading and writing its values costs.
   */
  readonly multiplyAdds?: (layer: Layer, shapes: LayerShapes) => number;
  /** Whether a layer that supports masking makes a mask when none comes in. */
  readonly makesMask?: boolean;
}
