import { type ConfigEntry, isConfigEntry, isModelEntry, layersOf } from './config-entry.js';
import { isBuiltIn } from './option-forms.js';

/** How many states a recurrent layer returns beside its output. */
const STATES: Readonly<Record<string, number>> = { SimpleRNN: 1, GRU: 1, KerasGRU: 1, LSTM: 2, ConvLSTM2D: 2 };

/**
 * How many tensors one application of a layer returns; undefined if that depends on code, as in a class that tfjs-layers
 * does not have, or in a cell.
 */
export function outputCount(entry: ConfigEntry): number | undefined {
  const { class_name, config } = entry;
  if (isModelEntry(entry)) {
    if (class_name !== 'Sequential')
      return Array.isArray(config.output_layers) ? config.output_layers.length : undefined;
    const last = layersOf(entry).at(-1);
    return last && outputCount(last);
  }
  if (Object.hasOwn(STATES, class_name)) return config.return_state === true ? 1 + STATES[class_name]! : 1;
  if (class_name === 'Bidirectional' && isConfigEntry(config.layer)) {
    return config.layer.config.return_state === true || config.merge_mode === null ? undefined : 1;
  }
  return class_name === 'RNN' || !isBuiltIn(class_name) ? undefined : 1;
}
