import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose, largest, values } from '../../support/compare.js';
import { recurrentCases } from '../../support/mirrors/recurrent-oracle.js';
import { fillWeights, noise } from '../../support/project/networks.js';

const { layers } = tfl;
const rules = ['deconvnet', 'guided', 'gradient'] as const;

/** One product in the sum that an output value is: `out[to] += weight * x[input][index] * ...`, each input once. */
interface Term {
  readonly to: number;
  readonly weight: number;
  readonly of: readonly (readonly [input: number, index: number])[];
}

interface LayerCase {
  readonly layer: () => unknown;
  /** Of each input, channels last, without the batch. */
  readonly shapes: readonly number[][];
  readonly out: number[];
  readonly terms: readonly Term[];
  readonly weights?: readonly number[][];
  readonly shift?: (to: number) => number;
  /** The axis of each input along which it is divided by its norm. */
  readonly normalized?: readonly number[];
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const flat = (cell: readonly number[], shape: readonly number[]): number =>
  cell.reduce((index, at, axis) => index * shape[axis]! + at, 0);
const cellsOf = (shape: readonly number[]): number[][] =>
  Array.from({ length: count(shape) }, (_, index) =>
    shape.map((size, axis) => Math.floor(index / count(shape.slice(axis + 1))) % size),
  );

/** Cell by cell; where an input has one cell, or lacks an axis in front, all outputs read the same. */
function broadcast(kind: 'add' | 'average' | 'multiply', shapes: number[][], out: number[]): LayerCase {
  const terms = cellsOf(out).flatMap((cell, to): Term[] => {
    const of = shapes.map((shape, input) => {
      const own = cell.slice(out.length - shape.length).map((at, axis) => (shape[axis] === 1 ? 0 : at));
      return [input, flat(own, shape)] as const;
    });
    if (kind === 'multiply') return [{ to, weight: 1, of }];
    return of.map((one) => ({ to, weight: kind === 'add' ? 1 : 1 / shapes.length, of: [one] }));
  });
  return { layer: () => layers[kind]({ name: 'top' }), shapes, out, terms };
}

function concatenate(axis: number, shapes: number[][]): LayerCase {
  const out = shapes[0]!.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : size));
  const terms = shapes.flatMap((shape, input) => {
    const before = shapes.slice(0, input).reduce((sum, one) => sum + one[axis]!, 0);
    return cellsOf(shape).map((cell, index): Term => {
      const moved = cell.map((at, i) => (i === axis ? at + before : at));
      return { to: flat(moved, out), weight: 1, of: [[input, index]] };
    });
  });
  return { layer: () => layers.concatenate({ axis: axis + 1, name: 'top' }), shapes, out, terms };
}

function upSampling(size: [number, number], shape: number[]): LayerCase {
  const out = shape.map((cells, axis) => cells * (size[axis] ?? 1));
  const terms = cellsOf(out).map((cell, to): Term => {
    const from = cell.map((at, axis) => Math.floor(at / (size[axis] ?? 1)));
    return { to, weight: 1, of: [[0, flat(from, shape)]] };
  });
  return { layer: () => layers.upSampling2d({ size, name: 'top' }), shapes: [shape], out, terms };
}

/** Here and below axes count without the batch. */
function normalization(axis: number, shape: number[]): LayerCase {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((seed) => Array.from(noise(shape[axis]!, seed))) as number[][];
  const spread = variance!.map((value) => Math.abs(value) + 0.2);
  const cells = cellsOf(shape);
  const scale = gamma!.map((value, i) => value / Math.sqrt(spread[i]! + 0.01));
  return {
    layer: () => layers.batchNormalization({ axis: axis + 1, epsilon: 0.01, name: 'top' }),
    shapes: [shape],
    out: shape,
    terms: cells.map((cell, to) => ({ to, weight: scale[cell[axis]!]!, of: [[0, to]] })),
    shift: (to) => beta![cells[to]![axis]!]! - mean![cells[to]![axis]!]! * scale[cells[to]![axis]!]!,
    weights: [gamma!, beta!, mean!, spread],
  };
}

function dot(axes: [number, number], shapes: [number[], number[]], normalize = false): LayerCase {
  const rest = shapes.map((shape, input) => shape.filter((_, axis) => axis !== axes[input]));
  const insert = (cell: number[], input: 0 | 1, at: number): number =>
    flat([...cell.slice(0, axes[input]), at, ...cell.slice(axes[input])], shapes[input]);
  const [left, right] = rest.map(cellsOf) as [number[][], number[][]];
  const terms = cellsOf([left.length, right.length, shapes[0][axes[0]]!]).map(([i, j, k]): Term => {
    const [a, b] = [insert(left[i!]!, 0, k!), insert(right[j!]!, 1, k!)];
    return { to: i! * right.length + j!, weight: 1, of: [[0, a] as const, [1, b] as const] };
  });
  return {
    layer: () => layers.dot({ axes: [axes[0] + 1, axes[1] + 1], normalize, name: 'top' }),
    shapes,
    out: rest.flat().length === 0 ? [1] : rest.flat(),
    terms,
    ...(normalize ? { normalized: axes } : {}),
  };
}

const square = [4, 3, 3];
const column = [4, 1, 3];
const row = [1, 3, 3];
const cases: Record<string, LayerCase> = {
  'Add of three': broadcast('add', [square, square, square], square),
  'Add along other axes': broadcast('add', [column, row], square),
  'Average of channels and vectors': broadcast('average', [square, [4, 3, 1], [3]], square),
  Multiply: broadcast('multiply', [square, square], square),
  'Multiply of three, broadcast': broadcast('multiply', [[3, 3], square, [4, 3, 1]], square),
  'Concatenate of channels': concatenate(2, [square, [4, 3, 2], square]),
  'Concatenate of rows': concatenate(0, [square, [2, 3, 3]]),
  'Concatenate of columns': concatenate(1, [square, [4, 2, 3]]),
  UpSampling2D: upSampling([2, 3], square),
  'BatchNormalization of vectors': normalization(0, [7]),
  'BatchNormalization of steps': normalization(0, [4, 3]),
};
for (const axis of [0, 1, 2]) cases[`BatchNormalization of axis ${axis}`] = normalization(axis, [4, 5, 3]);
for (const normalize of [false, true]) {
  const name = normalize ? 'normalized Dot' : 'Dot';
  cases[`${name} of vectors`] = dot([0, 0], [[4], [4]], normalize);
  for (const [a, b] of cellsOf([2, 2]) as [number, number][]) {
    const shapes: [number[], number[]] = [a === 0 ? [3, 2] : [2, 3], b === 0 ? [3, 4] : [4, 3]];
    cases[`${name} of axes ${a} and ${b}`] = dot([a, b], shapes, normalize);
  }
}

type Values = readonly number[];

/** A Dense on two channels. */
const dense = (cells: number, units: number, kernel: Values): Term[] =>
  cellsOf([cells, units, 2]).map(([cell, unit, channel]) => {
    const weight = kernel[channel! * units + unit!]!;
    return { to: cell! * units + unit!, weight, of: [[0, 2 * cell! + channel!]] };
  });

const productOf = (of: Term['of'], x: readonly Values[], weight: number): number =>
  of.reduce((product, [input, index]) => product * x[input]![index]!, weight);

function up(terms: readonly Term[], x: readonly Values[], start: number[]): number[] {
  for (const { to, weight, of } of terms) start[to]! += productOf(of, x, weight);
  return start;
}

/** To each factor of a product the others are constants. */
function down(terms: readonly Term[], x: readonly Values[], signal: Values): number[][] {
  const below = x.map((one) => one.map(() => 0));
  for (const { to, weight, of } of terms)
    for (const factor of of) {
      const others = of.filter((other) => other !== factor);
      below[factor[0]]![factor[1]]! += signal[to]! * productOf(others, x, weight);
    }
  return below;
}

/** The values divided by their norms along an axis, if one is given; `back` sends a signal through that. */
function divided(x: Values, shape: Values, axis?: number) {
  const lines = cellsOf(shape).map((cell) => cell.filter((_, i) => i !== axis).join());
  const along = (values: Values): number[] =>
    lines.map((line) => values.reduce((sum, value, i) => (lines[i] === line ? sum + value : sum), 0));
  const norm = axis === undefined ? x.map(() => 1) : along(x.map((value) => value ** 2)).map(Math.sqrt);
  const unit = x.map((value, i) => value / norm[i]!);
  const back = (signal: Values, exact: boolean): number[] => {
    const lost = axis === undefined || !exact ? x.map(() => 0) : along(signal.map((value, i) => value * unit[i]!));
    return signal.map((value, i) => (value - unit[i]! * lost[i]!) / norm[i]!);
  };
  return { unit, back };
}

/** What arrives at the branches; the first one ends in a ReLU. */
function throughTop(one: LayerCase, below: readonly Values[], keep: (to: number) => boolean, rule: string): number[][] {
  const norms = below.map((x, input) => divided(x, one.shapes[input]!, one.normalized?.[input]));
  const x = norms.map(({ unit }) => unit);
  const shift = Array.from({ length: count(one.out) }, (_, to) => one.shift?.(to) ?? 0);
  const seed = up(one.terms, x, shift).map((value, to) => (keep(to) ? value : 0));
  const signals = down(one.terms, x, seed).map((signal, i) => norms[i]!.back(signal, rule === 'gradient'));
  const positive = signals[0]!.map((value) => (rule === 'gradient' ? value : Math.max(value, 0)));
  const gated = positive.map((value, i) => (rule === 'deconvnet' || below[0]![i]! > 0 ? value : 0));
  return [gated, ...signals.slice(1)];
}

describe.each(backends)('layers on %s project what plain loops project', (backend) => {
  beforeAll(() => use(backend));

  const alike = ({ shapes }: LayerCase): boolean =>
    shapes.length > 1 && new Set(shapes.map((shape) => shape.slice(0, -1).join())).size === 1;
  const runs = Object.entries(cases).flatMap(([name, one]) => [
    { name, one, shared: false },
    ...(alike(one) ? [{ name: `${name} from one picture`, one, shared: true }] : []),
  ]);

  it.each(runs)('$name', async ({ one, shared }) => {
    const extents = shared ? one.shapes.slice(0, 1) : one.shapes;
    const units = one.shapes.map((shape) => shape.at(-1)!);
    const inputs = extents.map((shape, i) => tfl.input({ shape: [...shape.slice(0, -1), 2], name: `in${i}` }));
    const pixels = extents.map((shape, i) => Array.from(noise((count(shape) / shape.at(-1)!) * 2, 30 + i)));
    const kernels = units.map((maps, i) => Array.from(noise(2 * maps, 70 + i)));
    const branches = units.map((maps, i) =>
      layers.dense({ units: maps, activation: i === 0 ? 'relu' : 'linear', useBias: false, name: `branch${i}` }),
    );
    const below = branches.map((branch, i) => branch.apply(inputs[shared ? 0 : i]!) as tfl.SymbolicTensor);
    const outputs = (one.layer() as tfl.layers.RNN).apply(below.length > 1 ? below : below[0]!) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs, outputs });
    for (const [i, kernel] of kernels.entries()) branches[i]!.setWeights([tf.tensor2d(kernel, [2, kernel.length / 2])]);
    if (one.weights) model.getLayer('top').setWeights(one.weights.map((weight) => tf.tensor1d(weight)));
    const connections = kernels.map((kernel, i) => dense(count(one.shapes[i]!) / units[i]!, units[i]!, kernel));
    const branchValues = connections.map((terms, i) => {
      const sums = up(terms, [pixels[shared ? 0 : i]!], Array<number>(count(one.shapes[i]!)).fill(0));
      return i === 0 ? sums.map((value) => Math.max(value, 0)) : sums;
    });
    const maps = one.out.at(-1)!;
    const middle = one.out.slice(0, -1).map((size) => size >> 1);
    const selections = [0, maps - 1].flatMap((map) => [[map, 'all'] as const, [map, middle] as const]);
    const images = pixels.map((flat, i) => tf.tensor(flat, inputs[i]!.shape.slice(1) as number[]));
    let compared = 0;
    for (const rule of rules) {
      const deconvnet = new Deconvnet(model, { rule });
      for (const [featureMap, position] of selections) {
        const keep = (to: number): boolean =>
          to % maps === featureMap && (position === 'all' || flat(position, one.out) === Math.floor(to / maps));
        const signals = throughTop(one, branchValues, keep, rule);
        const wanted = signals.map((signal, i) => down(connections[i]!, [pixels[shared ? 0 : i]!], signal)[0]!);
        const want = shared ? [wanted.reduce((a, b) => a.map((value, i) => value + b[i]!))] : wanted;
        const projection = await deconvnet.project(images, { layer: 'top', featureMap, position });
        for (const [i, expected] of want.entries()) {
          const got = Array.from(await projection.inputs[`in${i}`]!.pixels.data());
          compared += Number(largest(expected) > 0);
          if (largest(expected) > 0) expectClose(got, expected);
          else expect(largest(got)).toBe(0);
        }
        projection.dispose();
      }
      deconvnet.dispose();
    }
    expect(compared).toBeGreaterThan(2);
  });

  it.each(recurrentCases)('$name', async ({ layer, units, wanted }) => {
    const pixels = Array.from(noise(12, 8));
    const model = fillWeights(tfl.sequential({ layers: [layer()] }), { seed: 3 });
    const weights = await Promise.all(model.getWeights().map(async (weight) => Array.from(await weight.data())));
    const image = tf.tensor2d(pixels, [4, 3]);
    for (const rule of rules) {
      const deconvnet = new Deconvnet(model, { rule });
      for (const position of ['all' as const, ...(model.outputs[0]!.shape.length === 3 ? [[0], [2]] : [[]])]) {
        const keep = (step: number): boolean => position === 'all' || step === (position[0] ?? 0);
        const projection = await deconvnet.project(image, { layer: 'top', featureMap: units - 1, position });
        expectClose(await values(projection), wanted(pixels, weights, units - 1, keep), 1e-4);
        projection.dispose();
      }
      deconvnet.dispose();
    }
  });
});
