import * as tf from '@tensorflow/tfjs-core';
import { spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import { cellAt, type Region } from '../../regions/region.js';
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
  const maps = values.shape[channelAxis]!;
  const axes = values.shape.slice(1).map((_, i) => i + 1);
  const rows = seeds.map((seed) => {
    const from = withMaps(seededCells(layer, seed), { start: seed.featureMap, size: 1 }, channelAxis);
    const to = withMaps(wanted, { start: 0, size: maps }, channelAxis);
    return fitRegion(valuesOf(layer, seed), from, to, axes);
  });
  return rows.length === 1 ? rows[0]! : tf.concat(rows, 0);
}

/** The value of each seed, `[seeds]`. Each seed must be a single activation. */
export function seedValues(layer: SeededLayer, seeds: readonly SeedAt[]): tf.Tensor {
  return tf.stack(seeds.map((seed) => tf.reshape(valuesOf(layer, seed), [])));
}

/** The activations of a seed, `[1, ...]`: of its row and its feature map only. */
function valuesOf(layer: SeededLayer, seed: SeedAt): tf.Tensor {
  const { values, channelAxis, region } = layer;
  const { start, size } = seededCells(layer, seed);
  const begin = start.map((cell, axis) => cell - region.start[axis]!);
  const box = withMaps({ start: begin, size }, { start: seed.featureMap, size: 1 }, channelAxis);
  return tf.slice(values, [seed.row, ...box.start], [1, ...box.size]);
}

/** The cells of the layer that a seed keeps. */
function seededCells({ region }: SeededLayer, { position }: SeedAt): Region {
  return position === 'all' ? region : cellAt(position);
}

/** A region along all axes but the batch, from one along the spatial axes and a range of feature maps. */
function withMaps(
  region: Region,
  maps: { readonly start: number; readonly size: number },
  channelAxis: number,
): Region {
  const rank = region.start.length + 2;
  const spatial = spatialAxes(rank, channelAxis);
  const along = (cells: readonly number[], map: number): number[] =>
    Array.from({ length: rank - 1 }, (_, i) => cells[spatial.indexOf(i + 1)] ?? map);
  return { start: along(region.start, maps.start), size: along(region.size, maps.size) };
}
