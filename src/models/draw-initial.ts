import type { RandomSource } from '../tensors/random-source.js';

/** An initializer of tfjs-layers, as a layer's `getConfig` writes it. */
export interface InitializerConfig {
  readonly className?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Glorot & Bengio 2010: the initializer that tfjs-layers uses for kernels by default. */
const GLOROT: InitializerConfig = {
  className: 'VarianceScaling',
  config: { scale: 1, mode: 'fanAvg', distribution: 'uniform' },
};

/**
 * Draws new values for a weight as the initializers of tfjs-layers do, but from a source of our own. If the initializer
 * is a class that tfjs-layers does not have, the values are drawn by Glorot's rule.
 */
export function drawInitial(
  shape: readonly number[],
  initializer: InitializerConfig,
  random: RandomSource,
): Float32Array {
  const { className, config = {} } = initializer;
  const number = (key: string, fallback: number): number => (typeof config[key] === 'number' ? config[key] : fallback);
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  switch (className) {
    case 'Zeros':
      return values;
    case 'Ones':
      return values.fill(1);
    case 'Constant':
      return values.fill(number('value', 0));
    case 'RandomUniform': {
      const [low, high] = [number('minval', -0.05), number('maxval', 0.05)];
      return values.map(() => low + random() * (high - low));
    }
    case 'RandomNormal':
      return values.map(() => number('mean', 0) + number('stddev', 0.05) * normal(random));
    case 'TruncatedNormal':
      return values.map(() => number('mean', 0) + number('stddev', 0.05) * truncatedNormal(random));
    case 'Identity':
      return values.map((_, i) => (i % (shape[1]! + 1) === 0 ? number('gain', 1) : 0));
    case 'Orthogonal':
      return orthogonal(shape, number('gain', 1), random);
    case 'VarianceScaling': {
      const [fanIn, fanOut] = fans(shape);
      const fan = { fanIn, fanOut }[String(config.mode)] ?? (fanIn + fanOut) / 2;
      const variance = number('scale', 1) / Math.max(1, fan);
      if (config.distribution === 'uniform') return values.map(() => Math.sqrt(3 * variance) * (2 * random() - 1));
      return values.map(() => Math.sqrt(variance) * truncatedNormal(random));
    }
    default:
      return drawInitial(shape, GLOROT, random);
  }
}

/** Fan-in and fan-out: how many values are summed for one output, and to how many outputs one value contributes. */
function fans(shape: readonly number[]): [number, number] {
  if (shape.length < 2) return [Math.sqrt(shape[0] ?? 1), Math.sqrt(shape[0] ?? 1)];
  const cells = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return [shape.at(-2)! * cells, shape.at(-1)! * cells];
}

/** A value of the standard normal distribution, by the method of Box and Muller. */
function normal(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A value of the standard normal distribution between -2 and 2. */
function truncatedNormal(random: RandomSource): number {
  for (;;) {
    const value = normal(random);
    if (Math.abs(value) <= 2) return value;
  }
}

/** A matrix whose rows or columns, whichever are fewer, are orthonormal, by the method of Gram and Schmidt. */
function orthogonal(shape: readonly number[], gain: number, random: RandomSource): Float32Array {
  const columns = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const length = Math.max(rows, columns);
  const basis: Float64Array[] = [];
  while (basis.length < Math.min(rows, columns)) {
    const vector = Float64Array.from({ length }, () => normal(random));
    for (const other of basis) {
      const along = dot(vector, other);
      for (let i = 0; i < length; i++) vector[i]! -= along * other[i]!;
    }
    const norm = Math.sqrt(dot(vector, vector));
    if (norm > 1e-6) basis.push(vector.map((value) => value / norm));
  }
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return gain * (rows < columns ? basis[row]![column]! : basis[column]![row]!);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
