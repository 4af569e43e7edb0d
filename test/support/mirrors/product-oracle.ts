// Layers whose output values are sums of products of input values, and their mirrors, in plain loops.
import type { OracleRule } from '../relu-oracle.js';
import { count, positions } from './positions.js';

/** One product in the sum that an output value is: `out[to] += weight * x[input][index] * ...`, each input once. */
export interface Term {
  readonly to: number;
  readonly weight: number;
  readonly of: readonly (readonly [input: number, index: number])[];
}

/** A layer of tfjs, and what it computes. */
export interface ProductLayer {
  readonly layer: () => unknown;
  /** Of each input, channels last, without the batch. */
  readonly shapes: readonly number[][];
  readonly out: number[];
  readonly terms: readonly Term[];
  readonly weights?: readonly number[][];
  /** What is added to each sum. */
  readonly shift?: (to: number) => number;
  /** The axis of each input along which it is divided by its norm. */
  readonly normalized?: readonly number[];
}

type Values = readonly number[];

const productOf = (of: Term['of'], x: readonly Values[], weight: number): number =>
  of.reduce((product, [input, index]) => product * x[input]![index]!, weight);

/** Σ weight · product of inputs, on top of `start`. */
export function sumsUp(terms: readonly Term[], x: readonly Values[], start: Values): number[] {
  const sums = [...start];
  for (const { to, weight, of } of terms) sums[to]! += productOf(of, x, weight);
  return sums;
}

/** To each factor of a product the others are constants. */
export function sumsDown(terms: readonly Term[], x: readonly Values[], signal: Values): number[][] {
  const below = x.map((one) => one.map(() => 0));
  for (const { to, weight, of } of terms)
    for (const factor of of) {
      const others = of.filter((other) => other !== factor);
      below[factor[0]]![factor[1]]! += signal[to]! * productOf(others, x, weight);
    }
  return below;
}

/** For each value, the sum of all values that differ from it only in their place along an axis. */
function sumsAlong(axis: number, shape: Values, values: Values): number[] {
  const lines = positions(shape).map((cell) => cell.filter((_, i) => i !== axis).join());
  return lines.map((line) => values.reduce((sum, value, i) => (lines[i] === line ? sum + value : sum), 0));
}

/** The norm of each value's line. */
const normsAlong = (axis: number, shape: Values, x: Values): number[] =>
  sumsAlong(
    axis,
    shape,
    x.map((value) => value ** 2),
  ).map(Math.sqrt);

/** signal / norm: to the rules `deconvnet` and `guided`, the norm is a constant. */
const throughConstantNorm = (signal: Values, norms: Values): number[] => signal.map((value, i) => value / norms[i]!);

/** (signal - unit · Σ signal · unit) / norm: the derivative of unit = x / norm, along an axis. */
function throughNorm(signal: Values, norms: Values, unit: Values, axis: number, shape: Values): number[] {
  const along = sumsAlong(
    axis,
    shape,
    signal.map((value, i) => value * unit[i]!),
  );
  return signal.map((value, i) => (value - unit[i]! * along[i]!) / norms[i]!);
}

/** What arrives at the inputs from those values of the output that are kept. */
export function throughProducts(
  { shapes, out, terms, shift = () => 0, normalized }: ProductLayer,
  inputs: readonly Values[],
  keep: (to: number) => boolean,
  rule: OracleRule,
): number[][] {
  const norms = normalized && inputs.map((x, i) => normsAlong(normalized[i]!, shapes[i]!, x));
  const factors = inputs.map((x, i) => (norms ? x.map((value, at) => value / norms[i]![at]!) : x));
  const start = Array.from({ length: count(out) }, (_, to) => shift(to));
  const seed = sumsUp(terms, factors, start).map((value, to) => (keep(to) ? value : 0));
  return sumsDown(terms, factors, seed).map((signal, i) => {
    if (!norms) return signal;
    if (rule !== 'gradient') return throughConstantNorm(signal, norms[i]!);
    return throughNorm(signal, norms[i]!, factors[i]!, normalized[i]!, shapes[i]!);
  });
}
