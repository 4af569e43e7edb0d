import { serialization } from '@tensorflow/tfjs-core';

/** A class with its config, as Keras writes layers, models, initializers ... */
export interface ConfigEntry {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a class with its config. */
export function isConfigEntry(value: unknown): value is ConfigEntry {
  return isRecord(value) && typeof value.class_name === 'string' && isRecord(value.config);
}

/** The layers of a model's config. */
export function layersOf({ config }: ConfigEntry): ConfigEntry[] {
  return Array.isArray(config.layers) ? config.layers.filter(isConfigEntry) : [];
}

/** The name of an entry; empty if it has none. */
export function nameOf({ config }: ConfigEntry): string {
  return typeof config.name === 'string' ? config.name : '';
}

/** Whether an entry is a model: a graph of layers, whatever its class is called, or a Sequential. */
export function isModelEntry({ class_name, config }: ConfigEntry): boolean {
  return (
    Array.isArray(config.layers) &&
    (['Sequential', 'Functional', 'Model'].includes(class_name) || 'input_layers' in config)
  );
}

/** The layers and cells that an entry contains: those of a model, the one in a wrapper, the cells of a recurrent layer. */
export function entriesIn({ config }: ConfigEntry): ConfigEntry[] {
  const { layers, layer, cell, cells, forward_layer, backward_layer } = config;
  return [layers, layer, cell, cells, forward_layer, backward_layer].flat().filter(isConfigEntry);
}

/** An entry and all entries inside it, at any depth: layers of nested models, wrapped layers and cells. */
export function* allEntries(entry: ConfigEntry): Generator<ConfigEntry, void, undefined> {
  yield entry;
  for (const inner of entriesIn(entry)) yield* allEntries(inner);
}

/** Whether a class is registered with TensorFlow.js, which can then make objects of it. */
export function isRegistered(className: string): boolean {
  return Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, className);
}

/** Whether a class is registered and is a layer. Initializers and others are registered in the same list. */
export function isLayerClass(className: string): boolean {
  if (!isRegistered(className)) return false;
  const [made] = serialization.SerializationMap.getMap().classNameMap[className]!;
  return typeof (made.prototype as { call?: unknown } | undefined)?.call === 'function';
}
