import { isRecord } from './config-entry.js';
import { isBuiltIn } from './option-forms.js';

/** Keys that some files have in the spelling of JavaScript. TensorFlow.js itself writes some of them in stacked cells. */
const PYTHON: Readonly<Record<string, string>> = {
  className: 'class_name',
  inboundNodes: 'inbound_nodes',
  inputLayers: 'input_layers',
  outputLayers: 'output_layers',
};

/**
 * A part of a topology, without the objects that some versions of Keras put around lists and numbers. Tuples, shapes and
 * NumPy values become plain lists and numbers. If the config of a Sequential is the list of its layers (Keras 2.0 to
 * 2.2), it becomes an object, as in later versions.
 */
export function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (!isRecord(value)) return value;
  const { class_name = value.className, config, items } = value;
  if (value.type === 'ndarray' && 'value' in value) return value.value;
  if (class_name === '__numpy__' && isRecord(config)) return config.value;
  if ((class_name === '__tuple__' || class_name === 'TensorShape') && Array.isArray(items))
    return items.map(plainValue);
  const plain = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [PYTHON[key] ?? key, plainValue(inner)]),
  );
  if (isRecord(plain.config) && isBuiltIn(String(class_name))) plain.config = inSnakeCase(plain.config);
  const isLayerList = class_name === 'Sequential' && Array.isArray(config);
  return isLayerList
    ? { ...plain, config: { ...(value.name !== undefined && { name: value.name }), layers: plain.config } }
    : plain;
}

/** The options of a layer of tfjs-layers, in the spelling of Keras. Files that were edited by hand have other spellings too. */
function inSnakeCase(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [snake(key), value]));
}
