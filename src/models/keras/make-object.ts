import { serialization } from '@tensorflow/tfjs-core';
import { type ConfigEntry, isRecord, isRegistered } from './config-entry.js';

/**
 * Makes the object that a class and its config describe, as tfjs-layers does when it loads the model. Returns the error
 * with which this fails, or undefined if it succeeds. A layer has no weights before it is built, so nothing is left to
 * dispose.
 */
export function errorOfMaking({ class_name, config }: ConfigEntry): Error | undefined {
  if (!isRegistered(class_name)) return new Error(`The class ${class_name} is not registered.`);
  const [made, fromConfig] = serialization.SerializationMap.getMap().classNameMap[class_name]!;
  try {
    fromConfig(made, camelCased(config) as serialization.ConfigDict);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A config with its keys and its words as JavaScript writes them. */
function camelCased(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'name' ? value : camelWord(value);
  if (Array.isArray(value)) return value.map((item: unknown) => camelCased(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, item]) => [camelWord(inner), camelCased(item, inner)]));
}

function camelWord(word: string): string {
  return word.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}
