import type { Picture, Projection } from 'deconvnet';
import type { SanityPixels, SanityProjection } from 'deconvnet/studies';
import type { Drawing } from '../../protocol';
import { drawTiles } from '../draw-tiles';
import { asProjection } from './as-projection';

/** How the projections of a study are drawn. */
export interface Painting {
  /** The order of the network's channels. The page shows red as red in any order. */
  readonly channels: Projection['channels'];
  /** What a person has chosen in the page. */
  readonly drawing: Omit<Drawing, 'zoom'>;
}

/** Draws a projection with its signs, as projections elsewhere on the page, on a scale of its own: zero is grey. */
export async function drawSigned(
  { pixels: { values, shape }, featureMap, position, empty, box }: SanityProjection,
  { channels, drawing }: Painting,
): Promise<Picture> {
  const region = { start: [box.top, box.left], size: [box.bottom - box.top, box.right - box.left] };
  const projection = asProjection({ values, shape, featureMap, position, empty, channels, box: region });
  try {
    const [drawn] = await drawTiles([projection], { ...drawing, scale: 'each' });
    return drawn!;
  } finally {
    projection.dispose();
  }
}

/** Draws the absolute values of a projection, as the mean over its channels, on a scale of their own: zero is black. */
export function drawSizes(
  { values, shape: [height, width, channels] }: SanityPixels,
  { drawing: { contrast, gamma, tile } }: Painting,
): Picture {
  const sizes = Float32Array.from({ length: height * width }, (_, cell) => {
    const own = values.subarray(cell * channels, (cell + 1) * channels);
    return own.reduce((sum, value) => sum + Math.abs(value), 0) / channels;
  });
  const small = shrunk({ values: sizes, shape: [height, width, 1] }, tile);
  const scale = scaleOf(small.values, contrast);
  const [rows, columns] = small.shape;
  const data = new Uint8ClampedArray(rows * columns * 4).fill(255);
  for (const [cell, size] of small.values.entries()) {
    data.fill(255 * Math.min(size / scale, 1) ** gamma, cell * 4, cell * 4 + 3);
  }
  return { width: columns, height: rows, data };
}

/** The means of blocks of pixels, so that the longer side is not longer than a tile. Drawings that are shrunk turn grey. */
function shrunk(pixels: SanityPixels, tile: number): SanityPixels {
  const { values, shape } = pixels;
  const [height, width, channels] = shape;
  const block = Math.ceil(Math.max(height, width) / tile);
  if (block <= 1) return pixels;
  const [rows, columns] = [Math.ceil(height / block), Math.ceil(width / block)];
  const [sums, counts] = [new Float32Array(rows * columns * channels), new Float32Array(rows * columns)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor(y / block) * columns + Math.floor(x / block);
      counts[cell]!++;
      for (let channel = 0; channel < channels; channel++) {
        sums[cell * channels + channel]! += values[(y * width + x) * channels + channel]!;
      }
    }
  }
  return { values: sums.map((sum, i) => sum / counts[Math.floor(i / channels)]!), shape: [rows, columns, channels] };
}

/** The value that is drawn in full: the percentile of those that are not zero; 1 if all of them are. */
function scaleOf(values: Float32Array, percentile: number): number {
  const sizes = values.filter((size) => size > 0).sort();
  return sizes[Math.ceil((percentile * sizes.length) / 100) - 1] ?? 1;
}
