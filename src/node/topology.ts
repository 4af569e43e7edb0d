import { serialization } from '@tensorflow/tfjs-core';
import { type ConfigEntry, isConfigEntry, isRecord } from '../keras3/config-entry.js';

export { type ConfigEntry, isConfigEntry, isRecord };

/** Whether tfjs-layers can make an object of a class. */
export function isRegistered(className: string): boolean {
  return Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, className);
}

/** A topology's model and all layers in it, nested models, wrapped layers and cells too. */
export function* entriesOf(entry: ConfigEntry): Generator<ConfigEntry, void, undefined> {
  yield entry;
  const { layers, layer, cell, cells, forward_layer, backward_layer } = entry.config;
  // A stack of cells is written as a list; a single cell, like a wrapped layer, as an entry.
  for (const inner of [layers, layer, cell, cells, forward_layer, backward_layer].flat()) {
    if (isConfigEntry(inner)) yield* entriesOf(inner);
  }
}

/** What replaces an initializer, regularizer or constraint; undefined leaves it as it is. */
export type Replace = (role: 'initializer' | 'regularizer' | 'constraint', value: unknown) => unknown;

/** A copy of a topology with initializers, regularizers and constraints replaced, wherever they stand. */
export function replaceTraining<Value>(value: Value, replace: Replace): Value {
  if (Array.isArray(value)) return value.map((item: unknown) => replaceTraining(item, replace)) as Value;
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const role = /_(initializer|regularizer|constraint)$/.exec(key)?.[1] as Parameters<Replace>[0] | undefined;
    const replaced = role && inner !== null ? replace(role, inner) : undefined;
    return [key, replaced === undefined ? replaceTraining(inner, replace) : replaced];
  });
  return Object.fromEntries(entries) as Value;
}

/** The initializer that costs nothing. */
export const ZEROS: ConfigEntry = { class_name: 'Zeros', config: {} };

/**
 * A topology without the initializers, regularizers and constraints that tfjs-layers does not have: they mean nothing
 * to a trained network that is only run, and would keep it from loading.
 */
export function withoutUnknownTraining(topology: ConfigEntry): ConfigEntry {
  return replaceTraining(topology, (role, value) => {
    if (!isConfigEntry(value) || isRegistered(value.class_name)) return undefined;
    return role === 'initializer' ? ZEROS : null;
  });
}
