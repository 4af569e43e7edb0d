// Linear layers one above the other, with a ReLU between each two of them, and their way down by the rule `deconvnet`.
import { reluDown } from '../relu-oracle.js';
import { indexOf, type LinearLayer, sizeOf } from './filter-oracle.js';
import { positions } from './positions.js';

/** A layer and its bias; a ReLU follows each layer but the last. */
export interface Step {
  readonly layer: LinearLayer;
  readonly bias?: ArrayLike<number> | undefined;
}

/** Σ coefficient · input + bias. */
function layerUp({ layer: { to, terms }, bias }: Step, x: readonly number[]): number[] {
  const y = Array<number>(sizeOf(to)).fill(0);
  for (const { output, input, coefficient } of terms) y[output]! += coefficient * x[input]!;
  if (bias)
    for (const cell of positions(to.extent)) for (let m = 0; m < to.maps; m++) y[indexOf(to, cell, m)]! += bias[m]!;
  return y;
}

/** Σ coefficient · signal. */
function layerDown({ layer: { from, terms } }: Step, signal: readonly number[]): number[] {
  const below = Array<number>(sizeOf(from)).fill(0);
  for (const { output, input, coefficient } of terms) below[input]! += coefficient * signal[output]!;
  return below;
}

/** The output of the last layer. */
export function stepsUp([first, ...above]: readonly Step[], x: readonly number[]): number[] {
  return above.reduce(
    (y, step) =>
      layerUp(
        step,
        y.map((value) => Math.max(value, 0)),
      ),
    layerUp(first!, x),
  );
}

/** The signal at the input of each layer, the first layer's first, for a signal at the output of the last. */
export function stepsDown(steps: readonly Step[], signal: readonly number[]): number[][] {
  const signals: number[][] = [];
  for (const step of [...steps].reverse()) {
    const arrived = signals[0]?.map((value) => reluDown.deconvnet(value)) ?? signal;
    signals.unshift(layerDown(step, arrived));
  }
  return signals;
}

/** The same layers with absolute values: their sums bound the rounding of the layers' own, whatever cancels. */
export function boundOf(steps: readonly Step[]): Step[] {
  return steps.map(({ layer, bias }) => ({
    layer: { ...layer, terms: layer.terms.map((term) => ({ ...term, coefficient: Math.abs(term.coefficient) })) },
    bias: bias && Array.from(bias, Math.abs),
  }));
}
