import * as tf from '@tensorflow/tfjs-core';
import type { Region } from '../regions/region.js';
import { slice } from '../tensors/slice.js';
import type { Candidate, Strong } from './candidate.js';

/** How several patches from one image are chosen. */
export interface SeparatePeaksOptions {
  /** The largest number of patches from one image. */
  readonly perImage: number;
  /** Only values above this one count as activations. It is 0 after a ReLU. */
  readonly firesAbove: number;
  /** A bound for each feature map: weaker activations are not needed. */
  readonly least: (featureMap: number) => number;
  /** The part of the image in which the signal of a cell can land. */
  readonly fieldOf: (cell: number) => Region;
}

/**
 * Chooses the strongest activations of a feature map whose patches do not overlap: the strongest of all, then the
 * strongest whose patch does not overlap the first, and so on. Of equal activations the first in row-major
 * order is chosen. The result for an image does not depend on the other images of the batch. The feature maps that may
 * contribute are read back whole, image by image.
 *
 * @param cells - the activations, `[batch, cells, maps]`
 * @param found - the images and feature maps to look at
 */
export async function separatePeaks(
  cells: tf.Tensor3D,
  found: readonly Strong[],
  { least, ...options }: SeparatePeaksOptions,
): Promise<Candidate[]> {
  const [, count] = cells.shape;
  const chosen: Candidate[] = [];
  for (const row of new Set(found.map((strong) => strong.row))) {
    const maps = found.filter((strong) => strong.row === row).map(({ featureMap }) => featureMap);
    const values = await readMaps(cells, row, maps);
    for (const [place, featureMap] of maps.entries()) {
      const at = (cell: number): number => values[cell * maps.length + place]!;
      for (const cell of apart(count, at, { ...options, least: least(featureMap) })) {
        chosen.push({ row, featureMap, activation: at(cell), cell });
      }
    }
  }
  return chosen;
}

function apart(
  count: number,
  at: (cell: number) => number,
  { perImage, firesAbove, least, fieldOf }: Omit<SeparatePeaksOptions, 'least'> & { readonly least: number },
): number[] {
  const fields = new Map<number, Region>();
  while (fields.size < perImage) {
    let best = -1;
    let strongest = Number.NEGATIVE_INFINITY;
    for (let cell = 0; cell < count; cell++) {
      const value = at(cell);
      if (!(value > strongest && value > firesAbove && value >= least)) continue;
      // The patch is computed only if the cell would be the strongest so far.
      if (fields.has(cell) || (fields.size > 0 && overlapsAny(fieldOf(cell), fields.values()))) continue;
      best = cell;
      strongest = value;
    }
    if (best < 0) break;
    fields.set(best, fieldOf(best));
  }
  return [...fields.keys()];
}

function overlapsAny(field: Region, others: Iterable<Region>): boolean {
  for (const other of others) if (overlap(field, other)) return true;
  return false;
}

function overlap(a: Region, b: Region): boolean {
  return a.start.every(
    (start, axis) => Math.max(start, b.start[axis]!) < Math.min(start + a.size[axis]!, b.start[axis]! + b.size[axis]!),
  );
}

/** The values of some feature maps of one image, `[cells, maps]`. */
async function readMaps(cells: tf.Tensor3D, row: number, maps: readonly number[]): Promise<Float32Array> {
  const chosen = tf.tidy(() => {
    const image = slice(cells, [row, 0, 0], [1, ...cells.shape.slice(1)]);
    return tf.gather(image, [...maps], 2);
  });
  try {
    return await chosen.data<'float32'>();
  } finally {
    chosen.dispose();
  }
}
