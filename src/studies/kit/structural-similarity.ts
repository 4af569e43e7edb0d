import { checkValue } from '../../errors/check-options.js';
import { counted } from '../../errors/counted.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** Values on a grid, row by row; the channels of a cell lie one after another. */
export interface Grid {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The side of the window, in cells, and the deviation of its Gaussian weights, as in the paper. */
export const WINDOW = 11;
const DEVIATION = 1.5;

/** The constants of the paper that keep the quotients stable where a picture is flat, as shares of the range. */
const [K1, K2] = [0.01, 0.03];

/**
 * The structural similarity (SSIM) of two pictures: Wang, Bovik, Sheikh and Simoncelli, *Image Quality Assessment: From
 * Error Visibility to Structural Similarity*, 2004. Windows of 11x11 cells with Gaussian weights of deviation 1.5 lie at
 * every place where they fit in; K1 is 0.01 and K2 is 0.03. In a picture with a shorter side than 11, the window has that
 * side. The result is the mean over all places and channels.
 *
 * @param a a grid of numbers
 * @param b another one of the same size
 * @param range the difference between the largest and the smallest value that can occur, such as 255
 * @returns a number from -1 to 1; 1 if both are equal
 * @example
 * ```ts
 * import { structuralSimilarity } from 'deconvnet/studies';
 *
 * const picture = { values: new Float32Array(32 * 32).map((_, i) => i % 7), height: 32, width: 32, channels: 1 };
 * console.log(structuralSimilarity(picture, picture, 6)); // 1
 * ```
 * @throws DeconvnetError `shape-mismatch` if the sizes differ; `invalid-option` if the range is not a number above 0.
 */
export function structuralSimilarity(a: Grid, b: Grid, range: number): number {
  for (const grid of [a, b]) {
    const { values, height, width, channels } = grid ?? {};
    const fits = typeof values === 'object' && values !== null && values.length === height * width * channels;
    checkValue(fits, 'A picture is { values, height, width, channels }, with as many values as that makes', grid);
  }
  if (sizeOf(a) !== sizeOf(b)) {
    throw new DeconvnetError(
      'shape-mismatch',
      `Only pictures of the same size can be compared: one is ${sizeOf(a)}, the other ${sizeOf(b)}. Resize one of them.`,
    );
  }
  checkValue(Number.isFinite(range) && range > 0, 'range is a number above 0', range);
  const { height, width, channels } = a;
  const [rows, columns] = [gaussian(Math.min(WINDOW, height)), gaussian(Math.min(WINDOW, width))];
  const [c1, c2] = [(K1 * range) ** 2, (K2 * range) ** 2];
  let sum = 0;
  let places = 0;
  for (let channel = 0; channel < channels; channel++) {
    const [x, y] = [channelOf(a, channel), channelOf(b, channel)];
    const averaged = (values: Float64Array): Float64Array => filtered(values, { height, width }, rows, columns);
    const product = (p: Float64Array, q: Float64Array): Float64Array => p.map((value, i) => value * q[i]!);
    const [meanX, meanY] = [averaged(x), averaged(y)];
    const [squareX, squareY, crossed] = [averaged(product(x, x)), averaged(product(y, y)), averaged(product(x, y))];
    for (let i = 0; i < meanX.length; i++) {
      const [mx, my] = [meanX[i]!, meanY[i]!];
      const [varianceX, varianceY, covariance] = [squareX[i]! - mx * mx, squareY[i]! - my * my, crossed[i]! - mx * my];
      sum += ((2 * mx * my + c1) * (2 * covariance + c2)) / ((mx * mx + my * my + c1) * (varianceX + varianceY + c2));
    }
    places += meanX.length;
  }
  return sum / places;
}

function sizeOf({ height, width, channels }: Grid): string {
  return `${height}x${width} with ${counted(channels, 'channel')}`;
}

function channelOf({ values, height, width, channels }: Grid, channel: number): Float64Array {
  return Float64Array.from({ length: height * width }, (_, cell) => values[cell * channels + channel]!);
}

/** The weights of a window along one axis. They add up to 1. */
function gaussian(size: number): Float64Array {
  const weights = Float64Array.from({ length: size }, (_, i) =>
    Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * DEVIATION ** 2)),
  );
  const total = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The weighted mean in the window at every place where it fits in, along the rows and then along the columns. */
function filtered(
  values: Float64Array,
  { height, width }: { readonly height: number; readonly width: number },
  rows: Float64Array,
  columns: Float64Array,
): Float64Array {
  const [lines, across] = [height - rows.length + 1, width - columns.length + 1];
  const along = new Float64Array(height * across);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < across; x++) {
      let total = 0;
      for (let i = 0; i < columns.length; i++) total += columns[i]! * values[y * width + x + i]!;
      along[y * across + x] = total;
    }
  }
  const made = new Float64Array(lines * across);
  for (let y = 0; y < lines; y++) {
    for (let x = 0; x < across; x++) {
      let total = 0;
      for (let i = 0; i < rows.length; i++) total += rows[i]! * along[(y + i) * across + x]!;
      made[y * across + x] = total;
    }
  }
  return made;
}
