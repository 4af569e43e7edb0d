import * as tf from '@tensorflow/tfjs-core';

/** Rows and columns repeated in the other order at both ends, by concatenating single ones. */
export function reflected(x: tf.Tensor, rows: readonly number[], columns: readonly number[]): tf.Tensor {
  return [rows, columns].reduce((held, [before, after], i) => {
    const axis = i + 1;
    const size = held.shape[axis]!;
    const cells = Array.from({ length: size + before! + after! }, (_, at) => {
      const place = at - before!;
      return place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place;
    });
    return tf.gather(held, cells, axis);
  }, x);
}

/** Each cell four times. */
export function doubled(x: tf.Tensor): tf.Tensor {
  const twice = (size: number): number[] => Array.from({ length: 2 * size }, (_, at) => Math.floor(at / 2));
  return tf.gather(tf.gather(x, twice(x.shape[1]!), 1), twice(x.shape[2]!), 2);
}

/** Bilinear interpolation along rows and columns, counted from a place in the cells: 0.5 is their centres. */
export function interpolated(x: tf.Tensor, sizes: readonly number[], from: number): tf.Tensor {
  return sizes.reduce((held, results, i) => {
    const axis = i + 1;
    const cells = held.shape[axis]!;
    const places = Array.from({ length: results }, (_, at) => Math.max(0, ((at + from) * cells) / results - from));
    const low = places.map((place) => Math.min(Math.floor(place), cells - 1));
    const high = low.map((cell) => Math.min(cell + 1, cells - 1));
    const share = tf.reshape(
      places.map((place) => place - Math.floor(place)),
      held.shape.map((_, at) => (at === axis ? results : 1)),
    );
    return tf.add(tf.mul(tf.gather(held, low, axis), tf.sub(1, share)), tf.mul(tf.gather(held, high, axis), share));
  }, x);
}

/** Local response normalization along the last axis, map by map. */
export function neighbours(x: tf.Tensor, radius: number, bias: number, alpha: number, beta: number): tf.Tensor {
  const maps = tf.unstack(x, -1);
  const normal = maps.map((map, i) => {
    const near = maps.slice(Math.max(i - radius, 0), i + radius + 1).map((one) => tf.square(one));
    return tf.div(map, tf.pow(tf.add(bias, tf.mul(alpha, tf.addN(near))), beta));
  });
  return tf.stack(normal, -1);
}
