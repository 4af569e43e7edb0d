import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import type { Placement } from '../kit/placement.js';
import type { Mirror } from '../mirror.js';
import { mergeMirror } from './merge.js';

/**
 * Multiply: for each input, the other factors count as constants at their recorded values. For `y = a · b` the signals
 * are `da = dy · b` and `db = dy · a`. A gate is a constant at its recorded value and gets no signal. If a single factor
 * is left, then only the gates are recorded, because no signal is multiplied by that factor.
 */
export function multiply(_: Layer, placement?: Placement): Mirror {
  const gates = placement?.gates ?? [];
  const product = (factors: readonly tf.Tensor[]): tf.Tensor => factors.reduce((a, b) => tf.mul(a, b));
  const isRecorded = (inputs: number) => (_factor: unknown, i: number) =>
    gates.includes(i) || inputs > gates.length + 1;
  return mergeMirror(
    {
      kind: 'factors',
      ...(gates.length > 0 && { gates }),
      merge: product,
      record: (inputs) => inputs.filter(isRecorded(inputs.length)),
      share(signal, inputs, recorded) {
        const owners = [...Array(inputs).keys()].filter(isRecorded(inputs));
        return Array.from({ length: inputs }, (_own, i) =>
          gates.includes(i) ? signal : product([signal, ...recorded.filter((_other, j) => owners[j] !== i)]),
        );
      },
    },
    placement,
  );
}
