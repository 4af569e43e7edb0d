import * as tf from '@tensorflow/tfjs-core';
import { chooseMap } from '../../mirrors/kit/choose-map.js';
import { ofMapIn } from '../../mirrors/kit/one-map.js';
import type { DownContext, Mirror } from '../../mirrors/mirror.js';
import { takeRows } from '../../tensors/slice.js';

/** The feature map that each signal of a batch lies in. */
export interface SignalMaps {
  /** The axis of the signal that counts feature maps. */
  readonly axis: number;
  /** One number for each row of the batch. */
  readonly featureMaps: readonly number[];
}

/**
 * Runs the way down of one step of a mirror.
 *
 * If each signal lies in one feature map, and the mirror can choose the weights of that map, only that map goes
 * through: the other maps are zero. Signals in the same map go through together.
 *
 * @param maps - Undefined if a signal may lie in several feature maps.
 */
export function stepDown(
  step: Mirror,
  signal: tf.Tensor,
  at: DownContext,
  maps: SignalMaps | undefined,
): tf.Tensor | tf.Tensor[] {
  const ofMap = maps && ofMapIn(step);
  if (!ofMap) return step.down(signal, at);
  const { axis, featureMaps } = maps;
  const through = (rows: tf.Tensor, map: number): tf.Tensor =>
    step.down(chooseMap(rows, map, axis), { ...at, prepared: ofMap(at.prepared, map) }) as tf.Tensor;

  const distinct = [...new Set(featureMaps)];
  if (distinct.length === 1) return through(signal, distinct[0]!);
  const rows = distinct.map((map) => featureMaps.flatMap((other, row) => (other === map ? [row] : [])));
  const made = distinct.map((map, i) => through(takeRows(signal, rows[i]!), map));
  const order = rows.flat();
  const places = order.map((_, row) => order.indexOf(row));
  const together = tf.concat(made, 0);
  return places.every((place, row) => place === row) ? together : takeRows(together, places);
}
