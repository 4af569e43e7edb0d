import * as tf from '@tensorflow/tfjs-core';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { extentOf, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import { wholeRegion } from '../../regions/region.js';
import { cellByCell, outputChannelAxis, type Placement } from '../kit/placement.js';
import type { MirrorContext } from '../mirror.js';
import type { RectifyMirror } from '../roles.js';
import type { Activation } from './activation.js';
import { type RectifyStep, rectifyStep } from './rectify.js';

/** `max(0, x) + alpha · min(x, 0)`. The sum is exact, because one of the two terms is always 0. */
const bent = (x: tf.Tensor, alpha: tf.Tensor | number): tf.Tensor =>
  tf.add(tf.relu(x), tf.mul(alpha, tf.minimum(x, 0)));

/** The derivative: 1 above zero and alpha below. */
const slope = (side: tf.Tensor, alpha: tf.Tensor | number): tf.Tensor => {
  const above = tf.cast(tf.greater(side, 0), 'float32');
  return tf.add(above, tf.mul(alpha, tf.sub(1, above)));
};

/** LeakyReLU: x above zero, alpha · x below. */
export function leakyRelu(layer: Layer): Activation {
  const { alpha = 0.3 } = optionsOf(layer);
  return {
    name: `leakyRelu (alpha ${alpha})`,
    family: 'leaky',
    nonNegative: false,
    bounded: false,
    // If alpha is negative, the output is positive on both sides of zero.
    derivativeOf: alpha < 0 ? 'input' : 'output',
    apply: (x) => bent(x, alpha),
    pullback: (signal, side) => tf.mul(signal, slope(side, alpha)),
  };
}

/** ThresholdedReLU: x if it is larger than theta, otherwise 0. */
export function thresholdedRelu(layer: Layer): Activation {
  const { theta = 1 } = optionsOf(layer);
  const above = (x: tf.Tensor, bound: number): tf.Tensor => tf.cast(tf.greater(x, bound), 'float32');
  return {
    name: `thresholdedRelu (theta ${theta})`,
    family: 'rectifier',
    nonNegative: theta >= 0,
    bounded: false,
    derivativeOf: theta < 0 ? 'input' : 'output',
    apply: (x) => tf.mul(x, above(x, theta)),
    pullback: (signal, recorded) => tf.mul(signal, above(recorded, Math.min(theta, 0))),
  };
}

/** PReLU: x above zero, alpha · x below. Each cell and feature map has its own alpha, except along `sharedAxes`. */
export function parametricRelu(layer: Layer, mirror: RectifyMirror, placement?: Placement): RectifyStep {
  const on = (at: MirrorContext): RectifyStep =>
    rectifyStep(
      bentBy(() => alphaOn(layer, at, placement)),
      mirror,
    );
  return cellByCell(
    {
      ...rectifyStep(
        bentBy(() => weightsOf(layer)[0]!),
        mirror,
      ),
      up: (inputs, at) => on(at).up!(inputs, at),
      down: (signal, at) => on(at).down(signal, at),
    },
    placement,
  );
}

function bentBy(alpha: () => tf.Tensor): Activation {
  return {
    name: 'prelu',
    family: 'leaky',
    nonNegative: false,
    bounded: false,
    // Some alphas may be negative, so the sign of the output does not show the sign of the input.
    derivativeOf: 'input',
    apply: (x) => bent(x, alpha()),
    pullback: (signal, side) => tf.mul(signal, slope(side, alpha())),
  };
}

/** The alphas of the given region. Along shared axes their size stays 1. */
function alphaOn(layer: Layer, at: MirrorContext, placement: Placement | undefined): tf.Tensor {
  const alpha = weightsOf(layer)[0]!;
  const rank = at.outputShape.length;
  const channelAxis = outputChannelAxis(placement, rank);
  const whole = wholeRegion(extentOf(at.outputShape, channelAxis));
  const own = spatialAxes(rank, channelAxis)
    .map((axis, place) => ({ axis: axis - 1, place }))
    .filter(({ axis, place }) => alpha.shape[axis] !== 1 || whole.size[place] === 1);
  const pick = (cells: readonly number[]): number[] => own.map(({ place }) => cells[place]!);
  return fitRegion(
    alpha,
    { start: pick(whole.start), size: pick(whole.size) },
    { start: pick(at.outputRegion.start), size: pick(at.outputRegion.size) },
    own.map(({ axis }) => axis),
  );
}
