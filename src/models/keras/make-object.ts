import { serialization } from '@tensorflow/tfjs-core';
import { type ConfigEntry, isRecord, isRegistered } from './config-entry.js';

/**
 * Makes the object that a class and its config describe, as tfjs-layers will when it loads the model, and gives the error
 * with which it fails; undefined where it does not. A layer that was only made has no weights.
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

/** A config with the keys and words of JavaScript. */
function camelCased(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'name' ? value : camelWord(value);
  if (Array.isArray(value)) return value.map((item: unknown) => camelCased(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, item]) => [camelWord(inner), camelCased(item, inner)]));
}

function camelWord(word: string): string {
  return word.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}
