// A whole deconvnet in plain loops, written from the mathematics: convolution with TensorFlow's padding, a nonlinearity,
// overlapping max pooling, and the way down of each rule. Shares nothing with the library.
import { type OracleRule, reluDown } from '../relu-oracle.js';

/** Values row by row, channels last. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly maps: number;
  readonly values: number[];
}

interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly padding: 'same' | 'valid';
}

export interface ConvLayer extends Windows {
  readonly kind: 'conv';
  readonly dilation: number;
  readonly filters: number;
  /** `[row][column][channel][filter]`, flat. */
  readonly kernel: number[];
  readonly bias: number[];
  readonly relu: boolean;
}

export interface PoolLayer extends Windows {
  readonly kind: 'pool';
}

export type OracleLayer = ConvLayer | PoolLayer;

/** A layer with what it did on the way up. */
interface Step {
  readonly layer: OracleLayer;
  readonly input: Grid;
  readonly output: Grid;
}

/** The cell `to` of the output reads the cell `from` of the input, at the place `tap` of its window. */
interface Reading {
  readonly to: number;
  readonly from: number;
  readonly tap: number;
}

/** The number of windows along an axis, and the padded cells before the first. */
function alongAxis(cells: number, span: number, { stride, padding }: Windows): [windows: number, before: number] {
  if (padding === 'valid') return [Math.floor((cells - span) / stride) + 1, 0];
  const windows = Math.ceil(cells / stride);
  return [windows, Math.floor(Math.max((windows - 1) * stride + span - cells, 0) / 2)];
}

/** Each pair of an output cell and a real input cell that it reads, and the size of the output. */
function readingsOf({ height, width }: Grid, layer: OracleLayer): { rows: number; columns: number; pairs: Reading[] } {
  const { size, stride } = layer;
  const dilation = layer.kind === 'conv' ? layer.dilation : 1;
  const span = (size - 1) * dilation + 1;
  const [rows, top] = alongAxis(height, span, layer);
  const [columns, left] = alongAxis(width, span, layer);
  const pairs: Reading[] = [];
  for (let to = 0; to < rows * columns; to++)
    for (let tap = 0; tap < size * size; tap++) {
      const y = Math.floor(to / columns) * stride - top + Math.floor(tap / size) * dilation;
      const x = (to % columns) * stride - left + (tap % size) * dilation;
      if (y >= 0 && y < height && x >= 0 && x < width) pairs.push({ to, from: y * width + x, tap });
    }
  return { rows, columns, pairs };
}

/** Each product in the sum of a convolution: an output value, an input value, and the weight between them. */
function* products(input: Grid, layer: ConvLayer): Generator<{ to: number; from: number; weight: number }> {
  const { maps } = input;
  const { filters, kernel } = layer;
  for (const { to, from, tap } of readingsOf(input, layer).pairs)
    for (let c = 0; c < maps; c++)
      for (let f = 0; f < filters; f++)
        yield { to: to * filters + f, from: from * maps + c, weight: kernel[(tap * maps + c) * filters + f]! };
}

/** Σ weight · input + bias. */
function convolve(input: Grid, layer: ConvLayer, cells: number): number[] {
  const values = Array.from({ length: cells * layer.filters }, (_, i) => layer.bias[i % layer.filters]!);
  for (const { to, from, weight } of products(input, layer)) values[to]! += weight * input.values[from]!;
  return layer.relu ? values.map((value) => Math.max(value, 0)) : values;
}

/** Σ weight · signal. */
function transposedConvolve(input: Grid, layer: ConvLayer, signal: readonly number[]): number[] {
  const below = input.values.map(() => 0);
  for (const { to, from, weight } of products(input, layer)) below[from]! += weight * signal[to]!;
  return below;
}

/** For each output value, the input value that is the first maximum of its window, row by row. */
function switchesOf(input: Grid, layer: PoolLayer): number[] {
  const switches: number[] = [];
  for (const { to, from } of readingsOf(input, layer).pairs)
    for (let c = 0; c < input.maps; c++) {
      const [output, candidate] = [to * input.maps + c, from * input.maps + c];
      const best = switches[output];
      if (best === undefined || input.values[candidate]! > input.values[best]!) switches[output] = candidate;
    }
  return switches;
}

/** The signal goes to the switches; where windows share one, their signals add. */
function unpool(input: Grid, layer: PoolLayer, signal: readonly number[]): number[] {
  const below = input.values.map(() => 0);
  for (const [to, from] of switchesOf(input, layer).entries()) below[from]! += signal[to]!;
  return below;
}

function layerUp(input: Grid, layer: OracleLayer): Grid {
  const { rows, columns } = readingsOf(input, layer);
  const size = { height: rows, width: columns };
  if (layer.kind === 'conv') return { ...size, maps: layer.filters, values: convolve(input, layer, rows * columns) };
  return { ...size, maps: input.maps, values: switchesOf(input, layer).map((from) => input.values[from]!) };
}

function layerDown({ layer, input, output }: Step, signal: readonly number[], rule: OracleRule): number[] {
  if (layer.kind === 'pool') return unpool(input, layer, signal);
  const rectified = layer.relu ? signal.map((value, i) => reluDown[rule](value, output.values[i]!)) : signal;
  return transposedConvolve(input, layer, rectified);
}

/** Runs the layers up and remembers what each took and gave. */
export function oracleUp(image: Grid, layers: readonly OracleLayer[]): Step[] {
  const steps: Step[] = [];
  for (const layer of layers) {
    const input = steps.at(-1)?.output ?? image;
    steps.push({ layer, input, output: layerUp(input, layer) });
  }
  return steps;
}

/** Sends a signal at the last output down to the image. */
export function oracleDown(steps: readonly Step[], seed: readonly number[], rule: OracleRule): number[] {
  return steps.reduceRight<readonly number[]>((signal, step) => layerDown(step, signal, rule), seed) as number[];
}
