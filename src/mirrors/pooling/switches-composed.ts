import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import { axisPhases, type Phase, weavePhases } from '../kit/phases.js';
import { cellsSeen, type PoolGeometry, poolAxes } from './pool-geometry.js';
import { withoutPadding } from './pool-window.js';

/** Finds switches with public operations only, for backends whose memory is not the host's. It is exact on ties. */
export function composedSwitches(x: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  const { window, output } = geometry;
  const [batch, maps] = [x.shape[0]!, x.shape.at(-1)!];
  const seen = cellsSeen(geometry);
  // The number of cells is rounded up to whole strides, so that every `stride`-th cell can be taken by a slice.
  const strides = seen.size.map((cells, axis) => Math.ceil(cells / window.stride[axis]!) * window.stride[axis]!);
  const held = withoutPadding(x, geometry, { start: seen.start, size: strides });

  let best: tf.Tensor | undefined;
  let place: tf.Tensor | undefined;
  let tap = window.size.reduce((a, b) => a * b, 1);
  // Cells are visited from the last to the first, and each wins on equality, so the first maximum remains.
  const visit = (cells: tf.Tensor, axis: number): void => {
    if (axis < window.size.length) {
      for (let step = window.size[axis]! - 1; step >= 0; step--) {
        visit(everyNth(cells, axis + 1, step, window.stride[axis]!, output.size[axis]!), axis + 1);
      }
      return;
    }
    tap--;
    const cell = tf.reshape(cells, [batch, -1, maps]);
    if (best === undefined || place === undefined) {
      best = cell;
      place = tf.fill(cell.shape, tap);
      return;
    }
    const wins = tf.greaterEqual(cell, best);
    best = tf.where(wins, cell, best);
    place = tf.where(wins, tap, place);
  };
  visit(held, 0);
  return tf.cast(tf.reshape(place!, [batch, ...output.size, maps]), 'int32');
}

/** Unpools with public operations only: each phase of the input collects the taps that fall on it. */
export function composedUnpool(signal: tf.Tensor, switches: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  const { window, extent, input, output } = geometry;
  const axes = poolAxes(geometry);
  const plans = axes.map((_, axis) => axisPhases(window, axis, extent[axis]!, input));
  const results = plans.map((plan) => plan.results);
  const [batch, maps] = [signal.shape[0]!, signal.shape.at(-1)!];
  const signals = tf.reshape(signal, [batch, -1, maps]);
  const places = tf.reshape(switches, [switches.shape[0]!, -1, maps]);

  /** The signals whose switch is the given tap, at the results that this tap falls on. */
  const collect = (tap: readonly number[], back: readonly number[]): tf.Tensor => {
    const number = tap.reduce((sum, step, axis) => sum * window.size[axis]! + step, 0);
    const chosen = tf.equal(places, tf.scalar(number, 'int32'));
    const kept = tf.reshape(tf.where(chosen, signals, 0), signal.shape);
    const read = { start: plans.map(({ firstResult }, axis) => firstResult - back[axis]!), size: results };
    return fitRegion(kept, output, read, axes);
  };
  const cellsOf = (chosen: readonly Phase[]): tf.Tensor => {
    const taps = chosen.reduce<{ tap: number[]; back: number[] }[]>(
      (known, { taps }) =>
        known.flatMap(({ tap, back }) => taps.map((step, i) => ({ tap: [...tap, step], back: [...back, i] }))),
      [{ tap: [], back: [] }],
    );
    if (taps.length === 0) return tf.zeros([batch, ...results, maps]);
    // They are added one by one, because on WebGPU a sum of more than seven tensors at once fails.
    return taps.map(({ tap, back }) => collect(tap, back)).reduce((sum, one) => tf.add(sum, one));
  };
  return weavePhases(plans, input, cellsOf);
}

/** `count` cells along an axis, `stride` apart, starting with cell `first`. The axis must have whole strides. */
function everyNth(x: tf.Tensor, axis: number, first: number, stride: number, count: number): tf.Tensor {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const strides = tf.reshape(x, [product(outer), x.shape[axis]! / stride, stride, product(inner)]);
  const begin = [0, Math.floor(first / stride), first % stride, 0];
  const cells = tf.slice(strides, begin, [product(outer), count, 1, product(inner)]);
  return tf.reshape(cells, [...outer, count, ...inner]);
}
