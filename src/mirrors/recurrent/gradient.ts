// `mirrors/recurrent/` has the mirrors of layers that run over time, and of classes with no pixels below them.
// In: the signal at the output, and the recorded inputs.
// Out: the signal at the input: the gradient for recurrent layers, for which the paper has no mirror; the inner
// layer's mirror at each step for TimeDistributed.

import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { classNameOf, type Layer, releaseTape } from '../../network/layer-access.js';
import { repeatBatch } from '../../tensors/repeat-batch.js';
import { slice } from '../../tensors/slice.js';
import type { Mirror } from '../mirror.js';

/**
 * The mirror of a layer for which the paper has none: the vector-Jacobian product `dx = Jᵀ dy`, with the Jacobian
 * `J = ∂y/∂x` of the layer at the input of the way up. tfjs computes it without making J, by running the layer once
 * more and differentiating in reverse (backpropagation). Recurrent layers have this mirror; other layers have it only
 * if `fallback: 'gradient'` asks for it.
 *
 * Source: Rumelhart, Hinton & Williams, Learning representations by back-propagating errors (Nature, 1986).
 */
export function pullbackOf(layer: Layer): Mirror {
  const pull = (inputs: readonly tf.Tensor[], mask: tf.Tensor | undefined, signal: tf.Tensor): tf.Tensor[] => {
    const run = (...xs: tf.Tensor[]): tf.Tensor => {
      const output = layer.apply(xs.length === 1 ? xs[0]! : xs, { training: false, ...(mask && { mask }) });
      return (Array.isArray(output) ? output[0] : output) as tf.Tensor;
    };
    return tf.grads(run)([...inputs], signal);
  };
  return {
    kind: 'gradient',
    record: ({ inputs, mask }) => (mask ? [...inputs, mask] : [...inputs]),
    recordsLieOn: ['whole'],
    down(signal, { recorded, inputShapes }) {
      const seeds = signal.shape[0]!;
      // If one image serves many seeds, it is repeated, because tfjs's gradient needs as many rows as there are seeds.
      const rows = recorded.map((record) => (record.shape[0] === seeds ? record : repeatBatch(record, seeds)));
      const inputs = rows.slice(0, inputShapes.length);
      const mask = rows[inputShapes.length];
      try {
        // On cpu one row is taken at a time, because tfjs's gradient of nearest-neighbour resizing reads wrong rows of
        // a batch.
        if (tf.getBackend() !== 'cpu' || seeds === 1) return pull(inputs, mask, signal);
        const each = Array.from({ length: seeds }, (_, row) =>
          pull(
            inputs.map((input) => rowOf(input, row)),
            mask && rowOf(mask, row),
            rowOf(signal, row),
          ),
        );
        return inputs.map((_, i) =>
          tf.concat(
            each.map((gradients) => gradients[i]!),
            0,
          ),
        );
      } catch (cause) {
        releaseTape();
        throw new DeconvnetError(
          'unsupported-layer',
          `Layer ${classNameOf(layer)} '${layer.name}' has no gradient on the backend '${tf.getBackend()}': ${cause instanceof Error ? cause.message : String(cause)} Give it a mirror of your own, or use another backend.`,
          { layer: layer.name, cause },
        );
      }
    },
  };
}

function rowOf(x: tf.Tensor, row: number): tf.Tensor {
  return slice(x, [row, ...x.shape.slice(1).map(() => 0)], [1, ...x.shape.slice(1)]);
}
