import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import { cellAt, type Region } from '../../regions/region.js';
import { slice } from '../../tensors/slice.js';
import type { SeedAt } from '../request.js';

/** The values of a layer that seeds are taken from. */
export interface SeededLayer {
  /** `[batch, ...output]` on the region `region`. */
  readonly values: tf.Tensor;
  readonly channelAxis: number;
  /** The cells of the layer that `values` has. */
  readonly region: Region;
}

/**
 * The signal that starts the way down: each seed keeps its own value, and everything else in the layer is zero.
 *
 * @param wanted the region of the layer that the signal covers
 * @returns one row for each seed: `[seeds, ...output]` on the region `wanted`
 */
export function seedSignal(layer: SeededLayer, seeds: readonly SeedAt[], wanted: Region): tf.Tensor {
  const { values, channelAxis } = layer;
  const to = withMaps(wanted, channelAxis, { start: 0, size: values.shape[channelAxis]! });
  const axes = to.start.map((_, i) => i + 1);
  const rows = seeds.map((seed) => fitRegion(valuesOf(layer, seed), boxOf(layer, seed), to, axes));
  return rows.length === 1 ? rows[0]! : tf.concat(rows, 0);
}

/** The value of each seed, `[seeds]`. Each seed must be a single activation. */
export function seedValues(layer: SeededLayer, seeds: readonly SeedAt[]): tf.Tensor {
  return tf.stack(seeds.map((seed) => tf.reshape(valuesOf(layer, seed), [])));
}

/** The activations of a seed, `[1, ...]`: of its row and its feature map only. */
function valuesOf(layer: SeededLayer, seed: SeedAt): tf.Tensor {
  const { values, channelAxis, region } = layer;
  const origin = withMaps(region, channelAxis, { start: 0, size: 1 }).start;
  const { start, size } = boxOf(layer, seed);
  return slice(values, [seed.row, ...start.map((cell, i) => cell - origin[i]!)], [1, ...size]);
}

/** The box of the layer that a seed keeps, along all axes but the batch. */
function boxOf({ channelAxis, region }: SeededLayer, { position, featureMap }: SeedAt): Region {
  return withMaps(position === 'all' ? region : cellAt(position), channelAxis, { start: featureMap, size: 1 });
}

/** A box along all axes but the batch, from a region along the spatial axes and a range of feature maps. */
function withMaps(
  region: Region,
  channelAxis: number,
  maps: { readonly start: number; readonly size: number },
): Region {
  const among = (cells: readonly number[], map: number): number[] => [
    ...cells.slice(0, channelAxis - 1),
    map,
    ...cells.slice(channelAxis - 1),
  ];
  return { start: among(region.start, maps.start), size: among(region.size, maps.size) };
}
