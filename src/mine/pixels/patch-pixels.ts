// `mine/pixels/` keeps the pixels of patches.
// In: the images of a batch, and the regions that the patches see.
// Out: pixels on the host, as 8-bit values if the input format allows it, within `maxBytes`.

import * as tf from '@tensorflow/tfjs-core';
import type { ResolvedInputFormat } from '../../input/input-format.js';
import { restoreValues, storeValues } from '../../input/pixel-bytes.js';
import { firstInput } from '../../network/network.js';
import type { Engine } from '../../project/engine.js';
import { cellCount, clipRegion, type Region, wholeRegion } from '../../regions/region.js';
import { takeRows } from '../../tensors/slice.js';
import type { Patch, PatchPixels } from '../patch.js';
import { eachLine } from './each-line.js';
import type { PatchEntry } from './patch-entry.js';
import type { PixelRoom } from './pixel-plan.js';
import type { StoredPixels } from './pixel-store.js';

/** One image of a batch on the host, channels last. */
interface HostImage {
  readonly values: Float32Array;
  /** The spatial sizes, then the number of channels. */
  readonly shape: readonly number[];
}

/**
 * Reads back some images of a batch.
 *
 * @param rows - the indices of the images in the batch
 */
export async function readRows(
  { network }: Engine,
  input: tf.Tensor,
  rows: readonly number[],
): Promise<Map<number, HostImage>> {
  if (rows.length === 0) return new Map();
  const { channelAxis } = firstInput(network);
  const chosen = tf.tidy(() => {
    const picked = tf.cast(rows.length === input.shape[0] ? tf.clone(input) : takeRows(input, rows), 'float32');
    if (channelAxis === input.rank - 1) return picked;
    const spatial = input.shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== channelAxis);
    return tf.transpose(picked, [0, ...spatial, channelAxis]);
  });
  try {
    const order = rows.length === input.shape[0] ? [...rows].sort((a, b) => a - b) : rows;
    const data = await chosen.data<'float32'>();
    const size = data.length / rows.length;
    const shape = chosen.shape.slice(1);
    return new Map(order.map((row, i) => [row, { values: data.subarray(i * size, (i + 1) * size), shape }]));
  } finally {
    chosen.dispose();
  }
}

/**
 * Makes a function that cuts boxes of pixels out of the images of a batch. Each box is cut once, even if many feature
 * maps need it.
 */
export function pixelCutter(
  images: ReadonlyMap<number, HostImage>,
  ids: readonly string[],
  format: ResolvedInputFormat | undefined,
): (row: number, receptiveField: Region, room: PixelRoom) => StoredPixels {
  const made = new Map<string, StoredPixels>();
  return (row, field, { whole }) => {
    const key = whole ? String(row) : `${row}:${field.start}:${field.size}`;
    const known = made.get(key);
    if (known) return known;
    const { values, shape } = images.get(row)!;
    const extent = shape.slice(0, -1);
    const channels = shape.at(-1)!;
    const { start, size } = whole ? wholeRegion(extent) : clipRegion(field, extent);
    const pixels = {
      ...{ id: ids[row]!, start, shape: [...size, channels], whole: shape },
      values: storeValues(cutBox(values, extent, { start, size }, channels), format, channels),
    };
    made.set(key, pixels);
    return pixels;
  };
}

/** The values of a box inside an image. */
function cutBox(
  values: Float32Array,
  extent: readonly number[],
  { start, size }: Region,
  channels: number,
): Float32Array {
  const cut = new Float32Array(cellCount(size) * channels);
  eachLine({ extent, start, size, channels }, (from, to, length) => cut.set(values.subarray(from, from + length), to));
  return cut;
}

/**
 * Puts stored pixels back to where they were in the image. The rest of the image is zero, because pixels outside the
 * receptive field have no influence.
 */
export function pastePixels(stored: StoredPixels, format: ResolvedInputFormat | undefined): Float32Array {
  const { start, shape, whole } = stored;
  const channels = whole.at(-1)!;
  const values = restoreValues(stored.values, format, channels);
  const image = new Float32Array(cellCount(whole));
  const box = { extent: whole.slice(0, -1), start, size: shape.slice(0, -1), channels };
  eachLine(box, (to, from, length) => image.set(values.subarray(from, from + length), to));
  return image;
}

/** Makes the patch that a caller gets. Its pixels are those of the landing, even if more of the image is stored. */
export function patchOf(
  { pixels, ...entry }: PatchEntry,
  landing: Region,
  format: ResolvedInputFormat | undefined,
): Patch {
  // It is a copy, so that callers cannot change the state of the miner.
  const patch = structuredClone({ ...entry, landing });
  return pixels ? { ...patch, pixels: pixelsIn(landing, pixels, format) } : patch;
}

/** The stored pixels that are in a box, as far as it is inside the image. */
export function pixelsIn(box: Region, pixels: StoredPixels, format: ResolvedInputFormat | undefined): PatchPixels {
  const { start, size } = clipRegion(box, pixels.whole.slice(0, -1));
  const channels = pixels.whole.at(-1)!;
  const inside = { start: start.map((from, axis) => from - pixels.start[axis]!), size };
  const values = restoreValues(pixels.values, format, channels);
  const data = cutBox(values, pixels.shape.slice(0, -1), inside, channels);
  return { start, shape: [...size, channels], data };
}
