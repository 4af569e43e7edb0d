import * as tf from '@tensorflow/tfjs-core';
import type { Mirror } from '../mirror.js';

// A seed lies in one feature map of its layer, all others are zero, and the first filter step below it need not
// convolve zeros. What is known of a mirror hangs on the object itself and its way down: one that wraps it, or changes
// it, may put anything into the other maps.

type Marks = WeakMap<Mirror, Mirror['down']>;
const keeping: Marks = new WeakMap();
const taking: Marks = new WeakMap();

/** Says of a mirror that each map of the signal below is made of the map of the same number alone, zero from zero. */
export function keepingMaps<Kind extends Mirror>(mirror: Kind): Kind {
  keeping.set(mirror, mirror.down);
  return mirror;
}

/** Says of a mirror that it looks at `featureMaps` of its context on the way down. */
export function takingOneMap<Kind extends Mirror>(mirror: Kind): Kind {
  taking.set(mirror, mirror.down);
  return mirror;
}

/** Whether a signal that lies in one feature map still does so below a mirror. */
export function keepsMaps(mirror: Mirror): boolean {
  return keeping.get(mirror) === mirror.down;
}

/** Whether a mirror may be told in which feature map each signal of the batch lies. */
export function takesOneMap(mirror: Mirror): boolean {
  return taking.get(mirror) === mirror.down;
}

/**
 * Runs a linear step on the feature map that each signal lies in, alone.
 *
 * @param signal - Channels last, `[batch, ..., maps]`.
 * @param featureMaps - Of each signal of the batch the map it lies in.
 * @param step - From signals of one channel, and the number of their map, to what comes of them.
 */
export function throughOneMap(
  signal: tf.Tensor,
  featureMaps: readonly number[],
  step: (signal: tf.Tensor, featureMap: number) => tf.Tensor,
): tf.Tensor {
  const last = signal.rank - 1;
  const distinct = [...new Set(featureMaps)];
  if (distinct.length === 1) return step(oneOf(signal, distinct[0]!, last), distinct[0]!);
  const rows = distinct.map((map) => featureMaps.flatMap((other, row) => (other === map ? [row] : [])));
  const made = distinct.map((map, i) => step(oneOf(tf.gather(signal, rows[i]!), map, last), map));
  const order = rows.flat();
  const places = order.map((_, row) => order.indexOf(row));
  const together = tf.concat(made, 0);
  return places.every((place, row) => place === row) ? together : tf.gather(together, places);
}

/** The part of a kernel `[..., maps, channels]` that one feature map goes through; one without taps has none to choose. */
export function kernelOf(kernel: tf.Tensor, featureMap: number): tf.Tensor {
  return kernel.rank < 2 ? kernel : oneOf(kernel, featureMap, kernel.rank - 2);
}

/** Gathered, not sliced: on wasm a slice copies the whole tensor first. */
export function oneOf(x: tf.Tensor, index: number, axis: number): tf.Tensor {
  return tf.gather(x, [index], axis);
}
