import * as tf from '@tensorflow/tfjs-core';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { axesOf, optionsOf } from '../../network/layer-options.js';
import { axisAt, cellByCell, outputChannelAxis, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';
import { rectifyMirrors } from '../rectify/rectify.js';
import type { Roles } from '../roles.js';

/**
 * LayerNormalization: the signal is multiplied by a factor whose statistics are recorded on the way up.
 *
 * The layer computes `y = γ · x̂ + β` with `x̂ = f · (x − μ)` and `f = 1 / √(σ² + ε)`. The mean μ and the variance σ²
 * of the input are taken along the layer's axes. Let `dn = γ · dy` be the signal at x̂. Then the signal at the input is
 *
 * - under the rule `gradient` the true derivative, in which μ and σ² depend on the input:
 *   `dx = f · (dn − mean(dn) − x̂ · mean(dn · x̂))`, with means along the same axes;
 * - under the other rules `dx = f · dn`. There μ and σ² count as constants at their recorded values, as the moving
 *   statistics of BatchNormalization do, so each value of the signal is scaled and none is mixed with others.
 *
 * Source: Ba, Kiros & Hinton, Layer normalization (2016).
 */
export function layerNormalization(layer: Layer, { rectify }: Roles, placement?: Placement): Mirror {
  const { epsilon = 1e-3, center = true, scale = true } = optionsOf(layer);
  const given = axesOf(layer, -1);
  const along = (rank: number): number[] => given.map((one) => axisAt(one, rank));
  const exact = rectify === rectifyMirrors.gradient;
  const shaped = (values: tf.Tensor, x: tf.Tensor): tf.Tensor =>
    tf.reshape(
      values,
      x.shape.map((size, i) => (along(x.rank).includes(i) ? size : 1)),
    );
  const scaled = (x: tf.Tensor): tf.Tensor => (scale ? tf.mul(x, shaped(weightsOf(layer)[0]!, x)) : x);
  const statistics = (x: tf.Tensor): { factor: tf.Tensor; normalized: tf.Tensor } => {
    const { mean, variance } = tf.moments(x, along(x.rank), true);
    const factor = tf.rsqrt(tf.add(variance, epsilon));
    return { factor, normalized: tf.mul(tf.sub(x, mean), factor) };
  };

  const mirror: Mirror = {
    kind: 'normalization',
    up([input]) {
      const linear = scaled(statistics(input!).normalized);
      return center ? tf.add(linear, shaped(weightsOf(layer)[scale ? 1 : 0]!, input!)) : linear;
    },
    record({ inputs }) {
      const { factor, normalized } = statistics(inputs[0]!);
      return exact ? [factor, normalized] : [factor];
    },
    down(signal, { recorded }) {
      const [factor, normalized] = recorded as [tf.Tensor, tf.Tensor | undefined];
      const normal = scaled(signal);
      if (!normalized) return tf.mul(normal, factor);
      const mean = (x: tf.Tensor): tf.Tensor => tf.mean(x, along(x.rank), true);
      const moved = tf.add(mean(normal), tf.mul(normalized, mean(tf.mul(normal, normalized))));
      return tf.mul(factor, tf.sub(normal, moved));
    },
  };
  const rank = placement?.inputShapes[0]?.length;
  const overChannels = rank !== undefined && along(rank).every((one) => one === outputChannelAxis(placement, rank));
  return overChannels ? cellByCell(mirror, placement) : wholeExtent(mirror, placement);
}
