import { isBuiltIn } from './option-forms.js';

const MERGES = /^(Add|Average|Concatenate|Maximum|Minimum|Multiply)$/;
const RECURRENT = /^(SimpleRNN|GRU|LSTM|RNN|ConvLSTM2D|Bidirectional)$/;

/** Whether a layer takes several tensors in one application; a class of the user's own may. */
export function takesSeveral(className: string): boolean {
  return inputCount(className)[1] > 1;
}

/** The least and the most tensors that one application of a class of layers reads. */
export function inputCount(className: string): readonly [least: number, most: number] {
  if (className === 'InputLayer') return [0, 0];
  if (MERGES.test(className)) return [2, Number.POSITIVE_INFINITY];
  if (className === 'Dot') return [2, 2];
  // The states of a recurrent layer may come from other layers.
  if (RECURRENT.test(className) || !isBuiltIn(className)) return [1, Number.POSITIVE_INFINITY];
  return [1, 1];
}
