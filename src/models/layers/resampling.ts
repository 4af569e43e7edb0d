import { type Tensor, tensor2d } from '@tensorflow/tfjs-core';

/** How a result is interpolated between the cells around it. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** The share of a cell at a distance, counted in cells, before the shares of a result are divided by their sum. */
interface Kernel {
  readonly radius: number;
  readonly share: (distance: number) => number;
}

/** Source: Duchon, Lanczos filtering in one and two dimensions (Journal of Applied Meteorology, 1979). */
const lanczos = (radius: number): Kernel => ({
  radius,
  share: (x) =>
    x <= 1e-3 ? 1 : (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * x) ** 2,
});

const KERNELS: Readonly<Record<Exclude<Interpolation, 'nearest'>, Kernel>> = {
  bilinear: { radius: 1, share: (x) => 1 - x },
  // Source: Keys, Cubic convolution interpolation for digital image processing (IEEE Transactions on ASSP, 1981).
  bicubic: {
    radius: 2,
    share: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2),
  },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** How far a result reads at most, in cells. */
export function radiusOf(interpolation: Interpolation): number {
  return interpolation === 'nearest' ? 0.5 : KERNELS[interpolation].radius;
}

/** The cells of a line that are resampled. It may stick out of the line, where all cells have one value. */
export interface Span {
  readonly start: number;
  readonly size: number;
}

interface ResamplingOptions {
  readonly interpolation: Interpolation;
  /** Whether a result that stands for several cells reads all of them. */
  readonly antialias?: boolean;
}

/**
 * The matrix `[results, cells]` with the share of each cell in each result, along one axis. Positions are counted from the
 * edges, and values lie at the centres of cells: result r lies at `(r + ½) · size / results − ½`.
 */
export function resamplingMatrix(
  cells: number,
  results: number,
  { start, size }: Span,
  { interpolation, antialias = false }: ResamplingOptions,
): Tensor {
  const values = new Float32Array(results * cells);
  const give = (result: number, cell: number, share: number): void => {
    const at = start + cell;
    if (at >= 0 && at < cells) values[result * cells + at]! += share;
  };
  const scale = antialias ? Math.max(size / results, 1) : 1;
  for (let result = 0; result < results; result++) {
    // The product comes first: it is exact, so that a position on an edge is met exactly.
    const place = ((result + 0.5) * size) / results;
    if (interpolation === 'nearest') {
      give(result, Math.min(Math.floor(place), size - 1), 1);
      continue;
    }
    const { radius, share } = KERNELS[interpolation];
    const reach = radius * scale;
    const from = Math.max(Math.ceil(place - 0.5 - reach), 0);
    const to = Math.min(Math.floor(place - 0.5 + reach), size - 1);
    const shares: number[] = [];
    for (let cell = from; cell <= to; cell++) {
      const distance = Math.abs(place - 0.5 - cell) / scale;
      shares.push(distance < radius ? share(distance) : 0);
    }
    const sum = shares.reduce((a, b) => a + b, 0);
    for (const [i, one] of shares.entries()) give(result, from + i, one / sum);
  }
  return tensor2d(values, [results, cells]);
}

type Pair = readonly [rows: number, columns: number];

/** The part of an image that has the proportions wanted, in its middle. */
export function middleOf([height, width]: Pair, [rows, columns]: Pair): [Span, Span] {
  const along = (size: number, wanted: number): Span => {
    const kept = Math.max(Math.min(size, Math.trunc(wanted)), 1);
    return { start: Math.trunc((size - kept) / 2), size: kept };
  };
  return [along(height, (width * rows) / columns), along(width, (height * columns) / rows)];
}

/** An image with margins that give it the proportions wanted. Both margins of an axis are equal. */
export function frameOf([height, width]: Pair, [rows, columns]: Pair): [Span, Span] {
  const margin = (size: number, wanted: number): number => Math.trunc((Math.max(size, Math.trunc(wanted)) - size) / 2);
  const above = margin(height, (width * rows) / columns);
  const left = above > 0 ? 0 : margin(width, (height * columns) / rows);
  return [
    { start: 0 - above, size: height + 2 * above },
    { start: 0 - left, size: width + 2 * left },
  ];
}
