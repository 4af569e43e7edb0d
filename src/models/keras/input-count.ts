import { type ConfigEntry, isModelEntry } from './config-entry.js';
import { actsInTraining, shareOfBlock } from './instead-of.js';
import { isBuiltIn } from './option-forms.js';

const MERGES = /^(Add|Average|Concatenate|Maximum|Minimum|Multiply)$/;
const RECURRENT = /^(SimpleRNN|(Keras)?GRU|LSTM|RNN|ConvLSTM2D|Bidirectional)$/;

/** Whether one application of a layer may take several tensors. A class that tfjs-layers does not have may. */
export function takesSeveral(entry: ConfigEntry): boolean {
  return inputCount(entry)[1] > 1;
}

/** The smallest and the largest number of tensors that one application of a layer reads. */
export function inputCount(entry: ConfigEntry): readonly [least: number, most: number] {
  const { class_name: className, config } = entry;
  if (isModelEntry(entry)) {
    const count = className !== 'Sequential' && Array.isArray(config.input_layers) ? inputsIn(config.input_layers) : 1;
    return [count, count];
  }
  if (className === 'InputLayer') return [0, 0];
  if (MERGES.test(className)) return [2, Number.POSITIVE_INFINITY];
  if (/^(Dot|Subtract|CustomScaleLayer)$/.test(className)) return [2, 2];
  if (shareOfBlock(className, config) !== undefined) return [2, 2];
  if (actsInTraining(className)) return [1, 1];
  // The states of a recurrent layer may come from other layers.
  if (RECURRENT.test(className) || !isBuiltIn(className)) return [1, Number.POSITIVE_INFINITY];
  return [1, 1];
}

/** How many places a list has. The list may itself be a single place. */
function inputsIn(list: readonly unknown[]): number {
  return typeof list[0] === 'string' ? 1 : list.length;
}
