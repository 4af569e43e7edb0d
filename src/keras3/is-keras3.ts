import { type ConfigEntry, entriesIn, isRecord } from './config-entry.js';

/** Whether a topology is in the form of Keras 3, as far as TensorFlow.js cannot read it. */
export function isKeras3(entry: ConfigEntry): boolean {
  const { config } = entry;
  const { inbound_nodes: nodes } = entry as { readonly inbound_nodes?: unknown };
  return (
    'module' in entry ||
    'batch_shape' in config ||
    (isRecord(config.dtype) && config.dtype.class_name === 'DTypePolicy') ||
    (Array.isArray(nodes) && nodes.some(isRecord)) ||
    entriesIn(entry).some(isKeras3)
  );
}
