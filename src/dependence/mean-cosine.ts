import * as tf from '@tensorflow/tfjs-core';
import type { Projection } from '../project/projection.js';
import { tidied } from '../tensors/tidied.js';

/**
 * The mean cosine similarity of all pairs of projections, for each group of consecutive projections. Projections that are
 * zero everywhere are left out; the mean is NaN if fewer than two are left. The projections are disposed.
 *
 * @param size how many projections a group has; they have the same shape
 */
export async function meanCosines(projections: readonly Projection[], size: number): Promise<number[]> {
  let products: tf.Tensor | undefined;
  try {
    products = tidied(() => {
      const rows = projections.map((projection) => directionOf(projection));
      const groups = Array.from({ length: rows.length / size }, (_, i) => rows.slice(i * size, (i + 1) * size));
      return tf.concat(groups.map(productsOf));
    });
    const values = await products.data();
    return Array.from({ length: values.length / size ** 2 }, (_, i) =>
      meanOfPairs(values.subarray(i * size ** 2, (i + 1) * size ** 2), size),
    );
  } finally {
    products?.dispose();
    for (const projection of projections) projection.dispose();
  }
}

/** All values of a projection in one row, divided by the largest magnitude so that no square underflows. */
function directionOf({ inputs }: Projection): tf.Tensor1D {
  const values = tf.concat1d(Object.values(inputs).map(({ pixels }) => tf.reshape(pixels, [-1])));
  return tf.divNoNan(values, tf.max(tf.abs(values)));
}

/** The scalar products of all pairs of rows, row by row. */
function productsOf(rows: readonly tf.Tensor1D[]): tf.Tensor1D {
  const matrix = tf.stack([...rows]) as tf.Tensor2D;
  return tf.reshape(tf.matMul(matrix, matrix, false, true), [-1]);
}

function meanOfPairs(products: ArrayLike<number>, size: number): number {
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const lengths = Math.sqrt(products[a * size + a]! * products[b * size + b]!);
      if (lengths === 0) continue;
      sum += products[a * size + b]! / lengths;
      pairs++;
    }
  }
  return sum / pairs;
}
