import * as tf from '@tensorflow/tfjs-core';

/** The windows along an axis of `cells` cells that becomes one of `count` cells. They may overlap by one cell. */
function windows(cells: number, count: number): { readonly start: number; readonly size: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * cells) / count);
    return { start, size: Math.ceil(((i + 1) * cells) / count) - start };
  });
}

/** A part of a tensor along one axis. */
function part(x: tf.Tensor, axis: number, start: number, size: number): tf.Tensor {
  return tf.slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((all, i) => (i === axis ? size : all)),
  );
}

/** Multiplies an axis by a matrix `[results, cells]`. */
function multiplied(x: tf.Tensor, axis: number, matrix: tf.Tensor): tf.Tensor {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const lines = tf.reshape(x, [product(before), x.shape[axis]!, product(after)]);
  return tf.reshape(tf.matMul(tf.expandDims(matrix, 0), lines), [...before, matrix.shape[0]!, ...after]);
}

/** The matrix `[count, cells]` of the means of the windows. */
function means(cells: number, count: number): tf.Tensor2D {
  const values = new Float32Array(count * cells);
  for (const [i, { start, size }] of windows(cells, count).entries())
    values.fill(1 / size, i * cells + start, i * cells + start + size);
  return tf.tensor2d(values, [count, cells]);
}

/** The mean of each window along an axis. */
export function meanAlong(x: tf.Tensor, axis: number, count: number): tf.Tensor {
  return multiplied(x, axis, means(x.shape[axis]!, count));
}

/** The adjoint of `meanAlong`: each cell of a window gets an equal share. */
export function spreadAlong(signal: tf.Tensor, axis: number, cells: number): tf.Tensor {
  return multiplied(signal, axis, tf.transpose(means(cells, signal.shape[axis]!)));
}

/** The maximum of each window along an axis. */
export function maxAlong(x: tf.Tensor, axis: number, count: number): tf.Tensor {
  const made = windows(x.shape[axis]!, count).map(({ start, size }) => tf.max(part(x, axis, start, size), axis, true));
  return made.length === 1 ? made[0]! : tf.concat(made, axis);
}

/** The number of the first maximum of each window, among the cells of the axis. */
export function winnersAlong(x: tf.Tensor, axis: number, count: number): tf.Tensor {
  const cells = x.shape[axis]!;
  const numbers = numbersAlong(x, axis, cells);
  const made = windows(cells, count).map(({ start, size }) => {
    const values = part(x, axis, start, size);
    const isPeak = tf.equal(values, tf.max(values, axis, true));
    // On WebGL and WebGPU, tf.where fails for tensors of five axes. The product is exact, since the numbers are whole.
    const fromEnd = tf.mul(tf.cast(isPeak, 'float32'), tf.sub(cells, part(numbers, axis, start, size)));
    return tf.sub(cells, tf.max(fromEnd, axis, true));
  });
  return made.length === 1 ? made[0]! : tf.concat(made, axis);
}

/** Puts the signal of each window to its winner, and zeros elsewhere. Where windows share a winner, their signals add. */
export function chosenAlong(signal: tf.Tensor, winners: tf.Tensor, axis: number, cells: number): tf.Tensor {
  const numbers = numbersAlong(signal, axis, cells);
  const count = signal.shape[axis]!;
  const shares = Array.from({ length: count }, (_, i) =>
    tf.mul(part(signal, axis, i, 1), tf.cast(tf.equal(part(winners, axis, i, 1), numbers), 'float32')),
  );
  // They are added one by one, because on WebGPU a sum of more than seven tensors at once fails.
  return shares.reduce((sum, share) => tf.add(sum, share));
}

/** The number of each cell along an axis, in a shape that broadcasts. */
function numbersAlong(x: tf.Tensor, axis: number, cells: number): tf.Tensor {
  return tf.reshape(
    tf.range(0, cells, 1, 'float32'),
    x.shape.map((_, i) => (i === axis ? cells : 1)),
  );
}
