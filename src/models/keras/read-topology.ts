import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ConfigEntry, isConfigEntry, isRecord } from './config-entry.js';
import { isKeras3 } from './is-keras3.js';
import { plainValue } from './plain-value.js';

/** The topology of a file, before any repair. */
export interface SavedTopology {
  readonly topology: ConfigEntry;
  /** Whether Keras 3 wrote it, even if it was changed since. */
  readonly keras3: boolean;
  /** Whether TensorFlow.js wrote it. Then each option means what TensorFlow.js computes with it. */
  readonly tfjs: boolean;
}

/**
 * Reads the topology from the value that `model.json` calls `modelTopology`. The value may be the topology itself or an
 * object with `model_config`, each as an object or as JSON text, as any version of Keras since 2.0 writes it.
 *
 * @param subject the name of the file in messages
 * @returns the topology, or undefined if the value does not contain a model
 * @throws DeconvnetError `graph-model`.
 */
export function readTopology(saved: unknown, format: unknown, subject: string): SavedTopology | undefined {
  const topology = parsed(saved);
  if (format === 'graph-model' || (isRecord(topology) && Array.isArray(topology.node))) {
    throw new DeconvnetError(
      'graph-model',
      `${subject} is a graph model, which does not contain layers any more. A layers model is needed: save the original in Keras with model.save('model.keras'), and read that file.`,
    );
  }
  const config = isRecord(topology) && 'model_config' in topology ? parsed(topology.model_config) : topology;
  const plain = withinReason(() => plainValue(config), subject);
  if (!isConfigEntry(plain)) return undefined;
  const version = isRecord(topology) && typeof topology.keras_version === 'string' ? topology.keras_version : '';
  return {
    topology: plain,
    keras3: version.startsWith('3.') || isKeras3(plain),
    tfjs: version.startsWith('tfjs-layers'),
  };
}

/** Reads a value, and turns an overflow of the stack, as thousands of nested brackets cause it, into an error of ours. */
function withinReason<Value>(read: () => Value, subject: string): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DeconvnetError('model-unreadable', `${subject} is nested too deeply to be a model of Keras.`, { cause });
  }
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
