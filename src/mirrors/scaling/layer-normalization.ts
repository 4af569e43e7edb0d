import * as tf from '@tensorflow/tfjs-core';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { axesOf, optionsOf } from '../../network/layer-options.js';
import { axisAt, cellByCell, outputChannelAxis, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';
import { rectifyMirrors } from '../rectify/rectify.js';
import type { Roles } from '../roles.js';

/**
 * LayerNormalization: times gamma / sqrt(variance + epsilon) of the recorded statistics, which count as constants;
 * under the rule `gradient` the true derivative, which sees that the statistics depend on the input.
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
