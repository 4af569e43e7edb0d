import { type ConfigEntry, entriesIn, isRecord } from './config-entry.js';

/** Whether any part of a topology is in a form that only Keras 3 writes. */
export function isKeras3(entry: ConfigEntry): boolean {
  const { config } = entry;
  const { inbound_nodes: nodes } = entry as { readonly inbound_nodes?: unknown };
  return (
    'module' in entry ||
    'batch_shape' in config ||
    (isRecord(config.dtype) && config.dtype.class_name === 'DTypePolicy') ||
    (Array.isArray(nodes) && nodes.flat(Number.POSITIVE_INFINITY).some((node) => isRecord(node) && 'args' in node)) ||
    entriesIn(entry).some(isKeras3)
  );
}
