import * as tf from '@tensorflow/tfjs-core';
import type { Region } from '../regions/region.js';
import type { Candidate, Strong } from './candidate.js';

/** How several patches of one image are chosen. */
export interface SeparatePeaksOptions {
  /** How many of one image, at most. */
  readonly perImage: number;
  /** Only what exceeds it is an activation: 0 after a ReLU. */
  readonly firesAbove: number;
  /** Weaker activations of a feature map are not wanted. */
  readonly least: (featureMap: number) => number;
  /** What a cell sees of the picture. */
  readonly fieldOf: (cell: number) => Region;
}

/**
 * The strongest activations of a feature map whose receptive fields do not overlap: the strongest of all, then the
 * strongest whose field is apart from it, and so on; of equal ones the first, row-major. What comes out hangs on the
 * image alone. The feature maps that may give something are read back whole, image by image.
 *
 * @param cells - `[batch, cells, maps]`
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
      // What it sees is worked out only for what would be the strongest so far.
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
    const image = tf.slice(cells, [row, 0, 0], [1, -1, -1]);
    return tf.gather(image, [...maps], 2);
  });
  try {
    return await chosen.data<'float32'>();
  } finally {
    chosen.dispose();
  }
}
