import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import { wholeRegion } from '../../regions/region.js';

/** One activation to keep, or one whole feature map. */
export interface SeedAt {
  /** Which row of the batch. */
  readonly picture: number;
  readonly featureMap: number;
  /** Per spatial axis, or the whole feature map. */
  readonly position: readonly number[] | 'all';
}

/**
 * The activations kept at the start of the way down: each keeps its own value, everything else in the layer is zero.
 * One row a seed: `[seeds, ...output]`.
 */
export function seedOf(values: tf.Tensor, channelAxis: number, seeds: readonly SeedAt[]): tf.Tensor {
  const rows = seeds.map(({ picture, featureMap, position }) => {
    let spatial = 0;
    const begin: number[] = [];
    const size: number[] = [];
    for (const [axis, cells] of values.shape.entries()) {
      const isSpatial = axis !== 0 && axis !== channelAxis;
      const one =
        axis === 0 ? picture : axis === channelAxis ? featureMap : position === 'all' ? null : position[spatial]!;
      if (isSpatial) spatial++;
      begin.push(one ?? 0);
      size.push(one === null ? cells : 1);
    }
    const [, ...extent] = values.shape;
    const from = { start: begin.slice(1), size: size.slice(1) };
    const axes = extent.map((_, i) => i + 1);
    return fitRegion(tf.slice(values, begin, size), from, wholeRegion(extent), axes);
  });
  return rows.length === 1 ? rows[0]! : tf.concat(rows, 0);
}

/** The cell of a flat index over the spatial axes, row-major. */
export function positionAt(index: number, extent: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (let axis = extent.length - 1; axis >= 0; axis--) {
    position[axis] = rest % extent[axis]!;
    rest = Math.floor(rest / extent[axis]!);
  }
  return position;
}
