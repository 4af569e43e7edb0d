// `mirrors/scaling/` has the mirrors of layers that multiply values: normalisations, Rescaling and Masking.
// In: the signal at the output, with the prepared factors, or the factors that were recorded on the way up.
// Out: the signal times these factors. Shifts are dropped.

import * as tf from '@tensorflow/tfjs-core';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { axesOf, optionsOf } from '../../network/layer-options.js';
import { spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import { axisAt, cellByCell, outputChannelAxis, type Placement } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';

/**
 * BatchNormalization: the signal is multiplied by a factor per channel, and the shift is dropped.
 *
 * At inference the layer is affine, `y = f · x + (β − f · μ)` with `f = γ / √(σ² + ε)`, where μ and σ² are the moving
 * mean and variance. So the adjoint is `dx = f · dy`, the same under every rule.
 *
 * The layer may normalise along a spatial axis. One output then still reads only its own cell, but the factors have to
 * be sliced to the region.
 *
 * Source: Ioffe & Szegedy, Batch normalization (ICML 2015).
 */
export function batchNormalization(layer: Layer, placement?: Placement): Mirror {
  const [given = -1] = axesOf(layer, -1);
  const along = (values: tf.Tensor, x: tf.Tensor, region: Region): tf.Tensor => {
    const axis = axisAt(given, x.rank);
    const shaped = tf.reshape(
      values,
      x.shape.map((_, i) => (i === axis ? values.size : 1)),
    );
    const place = spatialAxes(x.rank, outputChannelAxis(placement, x.rank)).indexOf(axis);
    if (place < 0) return shaped;
    const held = { start: [region.start[place]!], size: [region.size[place]!] };
    return fitRegion(shaped, { start: [0], size: [values.size] }, held, [axis]);
  };
  return cellByCell(
    {
      kind: 'normalization',
      prepare: () => [factorAndShift(layer)[0]],
      up([input], { outputRegion }) {
        const [factor, shift] = factorAndShift(layer).map((values) => along(values, input!, outputRegion)) as [
          tf.Tensor,
          tf.Tensor,
        ];
        return tf.add(tf.mul(input!, factor), shift);
      },
      down: (signal, { prepared, outputRegion }) => tf.mul(signal, along(prepared[0]!, signal, outputRegion)),
    },
    placement,
  );
}

function factorAndShift(layer: Layer): [tf.Tensor, tf.Tensor] {
  const { epsilon = 1e-3, center = true, scale = true } = optionsOf(layer);
  const weights = weightsOf(layer);
  const [mean, variance] = weights.slice(-2) as [tf.Tensor, tf.Tensor];
  const deviation = tf.sqrt(tf.add(variance, epsilon));
  const factor = tf.div(scale ? weights[0]! : 1, deviation);
  const shift = tf.neg(tf.mul(mean, factor));
  return [factor, center ? tf.add(weights[scale ? 1 : 0]!, shift) : shift];
}
