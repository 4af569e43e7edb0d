// `mirrors/rectify/` has the mirrors of nonlinearities, in layers of their own or fused into others.
// In: the signal at the output of a nonlinearity, and its recorded input or output if the rule reads them.
// Out: the signal at its input. `activation.ts` lists all nonlinearities with their derivatives.

import * as tf from '@tensorflow/tfjs-core';
import { alias } from '../../tensors/alias.js';
import { keepingMaps } from '../kit/one-map.js';
import type { Mirror } from '../mirror.js';
import type { RectifyMirror } from '../roles.js';
import type { Activation } from './activation.js';

const derivativeRecord = ({ derivativeOf }: Activation): readonly ('input' | 'output')[] =>
  derivativeOf === 'nothing' ? [] : [derivativeOf];

const pullback: RectifyMirror = (signal, { input, output, activation }) =>
  activation.pullback(signal, (activation.derivativeOf === 'input' ? input : output) ?? signal);

const rectifyRelu: RectifyMirror = (signal, at) => {
  switch (at.activation.family) {
    case 'rectifier':
      return tf.relu(signal);
    case 'leaky':
      return (at.activation.leak ?? at.activation.apply)(signal);
    case 'squashing':
      return pullback(signal, at);
    default:
      return alias(signal);
  }
};

const rectifyGuided: RectifyMirror = (signal, at) =>
  passesOn(at.activation) ? alias(signal) : pullback(tf.relu(signal), at);

const passesOn = ({ family }: Activation): boolean => family === 'linear' || family === 'normalizer';

const named = (kind: string, mirror: RectifyMirror, records: NonNullable<RectifyMirror['records']>): RectifyMirror =>
  Object.assign((...args: Parameters<RectifyMirror>) => mirror(...args), { kind, records });

/**
 * The built-in rectify mirrors.
 *
 * - `relu`: the deconvnet's own, `max(0, signal)` whatever the input was on the way up (Zeiler & Fergus 2014, section
 *   2.1).
 * - `guided`: the true derivative times `max(0, signal)` (Springenberg et al. 2015).
 * - `gradient`: the true derivative.
 * - `none`: the signal passes unchanged.
 *
 * Each takes the signal and what was recorded on the way up, and returns the signal below, which the library disposes.
 *
 * @example A mirror that doubles the result of the deconvnet's own:
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { type RectifyMirror, rectifyMirrors } from 'deconvnet';
 *
 * const louder: RectifyMirror = (signal, at) => tf.mul(2, rectifyMirrors.relu(signal, at));
 * ```
 */
export const rectifyMirrors: Readonly<Record<'relu' | 'guided' | 'gradient' | 'none', RectifyMirror>> = {
  relu: named('rectify', rectifyRelu, (activation) =>
    activation.family === 'squashing' ? derivativeRecord(activation) : [],
  ),
  guided: named('rectify (guided)', rectifyGuided, (activation) =>
    passesOn(activation) ? [] : derivativeRecord(activation),
  ),
  gradient: Object.assign(named('rectify (gradient)', pullback, derivativeRecord), { seed: 'output' as const }),
  none: named(
    'rectify (none)',
    (signal) => alias(signal),
    () => [],
  ),
};

/** A step of a mirror: an activation function on the way up, a rectify mirror on the way down. */
export interface RectifyStep extends Mirror {
  readonly activation: Activation;
  /** What has to be recorded on the way up. */
  readonly records: readonly ('input' | 'output')[];
}

/** Whether a step of a mirror is a nonlinearity. */
export function isRectifyStep(step: Mirror): step is RectifyStep {
  return 'activation' in step;
}

/**
 * Whether a step is a nonlinearity whose outputs depend on one input value each. If a signal lies in one cell of one
 * feature map, the way down through such a step only scales it.
 */
export function isPointwise(step: Mirror): boolean {
  return isRectifyStep(step) && step.activation.family !== 'normalizer';
}

/** A nonlinearity with its mirror. */
export function rectifyStep(activation: Activation, mirror: RectifyMirror): RectifyStep {
  const records = mirror.records?.(activation) ?? ['input', 'output'];
  const step: RectifyStep = {
    kind: mirror.kind ?? 'rectify (custom)',
    activation,
    records,
    window: 'pointwise',
    ...(activation.nonNegative ? { sign: 'non-negative' as const } : {}),
    up: ([input]) => activation.apply(input!),
    record: ({ inputs, output }) => records.map((what) => alias(what === 'input' ? inputs[0]! : output)),
    // A nonlinearity has the same cells at its input and at its output.
    recordsLieOn: ['output'],
    down(signal, { recorded }) {
      const [input, output] = (['input', 'output'] as const).map((what) => recorded[records.indexOf(what)]);
      return mirror(signal, { activation, ...(input && { input }), ...(output && { output }) });
    },
  };
  const isBuiltIn = Object.values(rectifyMirrors).includes(mirror);
  return isBuiltIn && activation.family !== 'normalizer' ? keepingMaps(step) : step;
}
