import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { axisAt, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';
import { rectifyMirrors } from '../rectify/rectify.js';
import type { Roles } from '../roles.js';

/** The lowest value that tfjs-layers allows below the square root of a norm. */
const EPSILON = 1e-7;

/**
 * Dot: for each input, the other input counts as a constant at its recorded value. If the layer normalises, the norms
 * count as constants too, except under the rule `gradient`, which uses their derivative.
 *
 * For `u = x / |x|` the derivative is `dx = (du − u · Σ(u · du)) / |x|`, and `du / |x|` if the norm is a constant.
 */
export function dot(layer: Layer, { rectify }: Roles, placement?: Placement): Mirror {
  const { axes = -1, normalize = false } = optionsOf(layer);
  const exact = rectify === rectifyMirrors.gradient;
  const axisOf = (x: tf.Tensor, input: number): number =>
    axisAt(typeof axes === 'number' ? axes : axes[input]!, x.rank);
  const normOf = (x: tf.Tensor, input: number): tf.Tensor =>
    tf.sqrt(tf.maximum(tf.sum(tf.square(x), axisOf(x, input), true), EPSILON));
  const factorsOf = (inputs: readonly tf.Tensor[]): [tf.Tensor, tf.Tensor] =>
    inputs.map((x, i) => asMatrices(normalize ? tf.div(x, normOf(x, i)) : x)) as [tf.Tensor, tf.Tensor];
  /** Whether tfjs-layers sums over the rows of an input, and not over its columns. */
  const overRows = (x: tf.Tensor, input: number): boolean => x.rank === 2 || axisOf(x, input) !== 2;

  const throughNorm = (signal: tf.Tensor, x: tf.Tensor, input: number): tf.Tensor => {
    const norm = normOf(x, input);
    const straight = tf.div(signal, norm);
    if (!exact) return straight;
    const unit = tf.div(x, norm);
    const along = tf.mul(unit, tf.sum(tf.mul(straight, unit), axisOf(x, input), true));
    // If the norm is below the lowest value, that value replaces it and is a constant.
    return tf.sub(straight, tf.mul(along, tf.cast(tf.greater(norm, Math.sqrt(EPSILON)), 'float32')));
  };

  return wholeExtent(
    {
      kind: 'factors',
      sign: 'as-input',
      up(inputs, { outputShape }) {
        const [a, b] = factorsOf(inputs);
        const product = tf.matMul(a, b, overRows(inputs[0]!, 0), !overRows(inputs[1]!, 1));
        return tf.reshape(product, [product.shape[0]!, ...outputShape.slice(1)]);
      },
      record: ({ inputs }) => [...inputs],
      down(signal, { recorded }) {
        const [a, b] = factorsOf(recorded);
        const [rowsA, rowsB] = recorded.map(overRows) as [boolean, boolean];
        const results = [rowsA ? a.shape[2]! : a.shape[1]!, rowsB ? b.shape[2]! : b.shape[1]!];
        const y = tf.reshape(signal, [signal.shape[0]!, ...results]);
        const toA = rowsA ? tf.matMul(b, y, !rowsB, true) : tf.matMul(y, b, false, rowsB);
        const toB = rowsB ? tf.matMul(a, y, !rowsA, false) : tf.matMul(y, a, true, rowsA);
        return [toA, toB].map((below, i) => {
          const x = recorded[i]!;
          const shaped = tf.reshape(below, [below.shape[0]!, ...x.shape.slice(1)]);
          return normalize ? throughNorm(shaped, x, i) : shaped;
        });
      },
    },
    placement,
  );
}

/** Makes each vector a matrix of one column. */
function asMatrices(x: tf.Tensor): tf.Tensor {
  return x.rank === 2 ? tf.expandDims(x, 2) : x;
}
