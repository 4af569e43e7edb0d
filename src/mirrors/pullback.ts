import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { classNameOf, type Layer } from '../network/layer-access.js';
import type { Mirror } from './mirror.js';

/**
 * The mirror of a layer that the paper has none for: its vector-Jacobian product, the plain gradient of what the layer
 * did on the way up. Recurrent layers have it; others only where `fallback: 'gradient'` asks for it.
 */
export function pullbackOf(layer: Layer): Mirror {
  return {
    kind: 'gradient',
    record: ({ inputs, mask }) => (mask ? [...inputs, mask] : [...inputs]),
    down(signal, { recorded, inputShapes }) {
      const seeds = signal.shape[0]!;
      // One picture for many seeds: the tape wants as many pictures as seeds.
      const rows = recorded.map((record) => (record.shape[0] === seeds ? record : repeat(record, seeds)));
      const inputs = rows.slice(0, inputShapes.length);
      const mask = rows[inputShapes.length];
      const run = (...xs: tf.Tensor[]): tf.Tensor => {
        const output = layer.apply(xs.length === 1 ? xs[0]! : xs, { training: false, ...(mask && { mask }) });
        return (Array.isArray(output) ? output[0] : output) as tf.Tensor;
      };
      try {
        return tf.grads(run)(inputs, signal);
      } catch (cause) {
        throw new DeconvnetError(
          'unsupported-layer',
          `Layer ${classNameOf(layer)} '${layer.name}' has no gradient on the backend '${tf.getBackend()}': ${cause instanceof Error ? cause.message : String(cause)} Give it a mirror of your own, or use another backend.`,
          { layer: layer.name, cause },
        );
      }
    },
  };
}

function repeat(record: tf.Tensor, times: number): tf.Tensor {
  return tf.tile(record, [times, ...record.shape.slice(1).map(() => 1)]);
}
