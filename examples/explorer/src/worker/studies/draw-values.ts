import type { Picture } from 'deconvnet';
import type { SanityPixels } from 'deconvnet/studies';

/** The percentile of the absolute values that is drawn in full, as elsewhere on the page. */
const PERCENTILE = 99.5;

/** Draws a projection with its signs, on a scale of its own: zero is grey. */
export function drawSigned(pixels: SanityPixels, tile: number): Picture {
  const small = shrunk(pixels, tile);
  const scale = scaleOf(small.values);
  return painted(small, (value) => 128 + 127 * (value / scale));
}

/** Draws the absolute values of a projection, as the mean over its channels, on a scale of their own: zero is black. */
export function drawSizes({ values, shape: [height, width, channels] }: SanityPixels, tile: number): Picture {
  const sizes = Float32Array.from({ length: height * width }, (_, cell) => {
    const own = values.subarray(cell * channels, (cell + 1) * channels);
    return own.reduce((sum, value) => sum + Math.abs(value), 0) / channels;
  });
  const small = shrunk({ values: sizes, shape: [height, width, 1] }, tile);
  const scale = scaleOf(small.values);
  return painted(small, (value) => 255 * (value / scale));
}

function painted({ values, shape: [height, width, channels] }: SanityPixels, level: (value: number) => number) {
  const data = new Uint8ClampedArray(height * width * 4).fill(255);
  const isColour = channels === 3;
  for (let cell = 0; cell < height * width; cell++) {
    for (let colour = 0; colour < 3; colour++) {
      data[cell * 4 + colour] = level(values[cell * channels + (isColour ? colour : 0)]!);
    }
  }
  return { width, height, data };
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

/** The absolute value that is drawn in full; 1 if all values are zero. */
function scaleOf(values: Float32Array): number {
  const sizes = values
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort();
  return sizes[Math.ceil((PERCENTILE * sizes.length) / 100) - 1] ?? 1;
}
