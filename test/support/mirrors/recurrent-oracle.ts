import * as tfl from '@tensorflow/tfjs-layers';
import { addedLayer } from './added-layer.js';

// Recurrent layers in plain loops of float64, written from their equations, and their vector-Jacobian product by central
// finite differences. Shares nothing with the library.

/** A matrix row by row. */
type Matrix = readonly (readonly number[])[];

interface CellWeights {
  /** `[feature][gate * units + unit]`. */
  readonly kernel: Matrix;
  /** `[unit below][gate * units + unit]`. */
  readonly recurrent: Matrix;
  /** A GRU that resets after the product has two, one behind the other. */
  readonly bias: readonly number[];
}

type CellKind = 'SimpleRNN' | 'GRU' | 'KerasGRU' | 'LSTM';

interface RecurrentOptions {
  readonly kind: CellKind;
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A row vector times some columns of a matrix. */
function times(vector: readonly number[], matrix: Matrix, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, column) =>
    vector.reduce((sum, value, row) => sum + value * matrix[row]![from + column]!, 0),
  );
}

interface State {
  readonly hidden: readonly number[];
  readonly carry: readonly number[];
}

function stepOf(kind: CellKind, { kernel, recurrent, bias }: CellWeights, x: readonly number[], state: State): State {
  const { hidden, carry } = state;
  const units = hidden.length;
  const gate = (index: number, below: readonly number[] = hidden): number[] => {
    const own = times(x, kernel, index * units, units);
    const fed = times(below, recurrent, index * units, units);
    return own.map((value, unit) => value + fed[unit]! + bias[index * units + unit]!);
  };
  if (kind === 'SimpleRNN') return { hidden: gate(0).map(Math.tanh), carry };
  if (kind === 'GRU') {
    const update = gate(0).map(sigmoid);
    const reset = gate(1).map(sigmoid);
    // The reset comes before the matrix product.
    const reread = hidden.map((value, unit) => value * reset[unit]!);
    const candidate = gate(2, reread).map(Math.tanh);
    return { hidden: hidden.map((h, u) => update[u]! * h + (1 - update[u]!) * candidate[u]!), carry };
  }
  if (kind === 'KerasGRU') {
    const [first, second] = [bias.slice(0, 3 * units), bias.slice(3 * units)];
    const sums = (vector: readonly number[], matrix: Matrix, own: readonly number[]): number[] =>
      times(vector, matrix, 0, 3 * units).map((value, column) => value + own[column]!);
    const [below, before] = [sums(x, kernel, first), sums(hidden, recurrent, second)];
    return {
      hidden: hidden.map((h, u) => {
        const [update, reset] = [u, units + u].map((column) => sigmoid(below[column]! + before[column]!)) as [
          number,
          number,
        ];
        const candidate = Math.tanh(below[2 * units + u]! + reset * before[2 * units + u]!);
        return update * h + (1 - update) * candidate;
      }),
      carry,
    };
  }
  const [input, forget, output] = [gate(0), gate(1), gate(3)].map((values) => values.map(sigmoid)) as [
    number[],
    number[],
    number[],
  ];
  const candidate = gate(2).map(Math.tanh);
  const next = carry.map((c, unit) => forget[unit]! * c + input[unit]! * candidate[unit]!);
  return { hidden: next.map((c, unit) => output[unit]! * Math.tanh(c)), carry: next };
}

/** The outputs, step by step as the layer returns them; one step without `returnSequences`. */
function recurrentUp(image: Matrix, weights: CellWeights, options: RecurrentOptions): number[][] {
  const units = weights.recurrent.length;
  let state: State = { hidden: Array<number>(units).fill(0), carry: Array<number>(units).fill(0) };
  const outputs: number[][] = [];
  for (const x of options.goBackwards ? [...image].reverse() : image) {
    state = stepOf(options.kind, weights, x, state);
    outputs.push([...state.hidden]);
  }
  return options.returnSequences ? outputs : outputs.slice(-1);
}

type MergeMode = 'concat' | 'sum' | 'mul' | 'ave';

/** Both ways through the sequence, each with weights of its own; what came backwards is turned round again. */
function bidirectionalUp(
  image: Matrix,
  [forth, back]: readonly [CellWeights, CellWeights],
  options: RecurrentOptions,
  mode: MergeMode,
): number[][] {
  const ahead = recurrentUp(image, forth, options);
  const behind = recurrentUp(image, back, { ...options, goBackwards: !options.goBackwards }).reverse();
  return ahead.map((row, step) => {
    const other = behind[step]!;
    if (mode === 'concat') return [...row, ...other];
    if (mode === 'mul') return row.map((value, i) => value * other[i]!);
    return row.map((value, i) => (value + other[i]!) / (mode === 'ave' ? 2 : 1));
  });
}

/**
 * What activations of one unit, each counted with its own value, have as their gradient at the image.
 *
 * @param keep which steps of the output are projected
 */
function projectedByDifferences(
  up: (image: Matrix) => number[][],
  image: Matrix,
  unit: number,
  keep: (step: number) => boolean,
): number[] {
  const seeds = up(image).map((row, step) => (keep(step) ? row[unit]! : 0));
  const score = (at: Matrix): number => up(at).reduce((sum, row, step) => sum + seeds[step]! * row[unit]!, 0);
  const h = 1e-5;
  const moved = (row: number, column: number, by: number): number[][] =>
    image.map((values, r) => values.map((value, c) => (r === row && c === column ? value + by : value)));
  return image.flatMap((values, row) =>
    values.map((_, column) => (score(moved(row, column, h)) - score(moved(row, column, -h))) / (2 * h)),
  );
}

interface RecurrentCase {
  readonly name: string;
  /** A layer called `top` for pictures of 4 steps of 3 features. */
  readonly layer: () => tfl.layers.Layer;
  /** How many values a step of the output has. */
  readonly units: number;
  /** What one unit projects; `weights` flat, in the order of the layer. */
  readonly wanted: (
    pixels: readonly number[],
    weights: readonly (readonly number[])[],
    unit: number,
    keep: (step: number) => boolean,
  ) => number[];
}

const UNITS = 2;

const matrix = (flat: readonly number[], rows: number): number[][] => {
  const columns = flat.length / rows;
  return Array.from({ length: rows }, (_, row) => flat.slice(row * columns, (row + 1) * columns));
};
const weightsFrom = (flat: readonly (readonly number[])[], at: number): CellWeights => ({
  kernel: matrix(flat[at]!, 3),
  recurrent: matrix(flat[at + 1]!, UNITS),
  bias: flat[at + 2]!,
});

function layerOf({ kind, returnSequences, goBackwards }: RecurrentOptions, name: string): tfl.layers.RNN {
  // The default, an orthogonal matrix, needs operations that only the umbrella package registers.
  const start = { recurrentInitializer: 'glorotUniform' as const, units: UNITS };
  const options = { ...start, returnSequences, goBackwards, activation: 'tanh' as const, inputShape: [4, 3], name };
  if (kind === 'SimpleRNN') return tfl.layers.simpleRNN(options);
  const gated = { ...options, recurrentActivation: 'sigmoid' as const };
  if (kind === 'KerasGRU') return addedLayer('KerasGRU', { ...gated, batchInputShape: [null, 4, 3] }) as tfl.layers.RNN;
  return kind === 'GRU' ? tfl.layers.gru(gated) : tfl.layers.lstm(gated);
}

const everyOption = (['SimpleRNN', 'GRU', 'KerasGRU', 'LSTM'] as const).flatMap((kind) =>
  [true, false].flatMap((returnSequences) =>
    [true, false].map((goBackwards): RecurrentOptions => ({ kind, returnSequences, goBackwards })),
  ),
);
const nameOf = ({ kind, returnSequences, goBackwards }: RecurrentOptions): string =>
  [kind, returnSequences ? 'sequences' : 'last step', ...(goBackwards ? ['backwards'] : [])].join(', ');

/** Each layer with and without sequences, forwards, backwards, and both ways at once. */
export const recurrentCases: readonly RecurrentCase[] = [
  ...everyOption.map(
    (options): RecurrentCase => ({
      name: nameOf(options),
      layer: () => layerOf(options, 'top'),
      units: UNITS,
      wanted: (pixels, weights, ...which) =>
        projectedByDifferences(
          (image) => recurrentUp(image, weightsFrom(weights, 0), options),
          matrix(pixels, 4),
          ...which,
        ),
    }),
  ),
  ...everyOption.flatMap((options) =>
    (['concat', 'sum', 'mul', 'ave'] as const).map(
      (mode): RecurrentCase => ({
        name: `Bidirectional, ${mode}, ${nameOf(options)}`,
        layer: () =>
          tfl.layers.bidirectional({
            layer: layerOf(options, 'inner'),
            mergeMode: mode,
            inputShape: [4, 3],
            name: 'top',
          } as Parameters<typeof tfl.layers.bidirectional>[0]),
        units: mode === 'concat' ? 2 * UNITS : UNITS,
        wanted: (pixels, weights, ...which) => {
          const both = [weightsFrom(weights, 0), weightsFrom(weights, 3)] as const;
          return projectedByDifferences(
            (image) => bidirectionalUp(image, both, options, mode),
            matrix(pixels, 4),
            ...which,
          );
        },
      }),
    ),
  ),
];
