import type { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type ConfigEntry, entriesIn, isConfigEntry, isModelEntry, layersOf, nameOf } from './config-entry.js';
import type { SavedWeight } from './repair-weights.js';

/** Names of layers that TensorFlow.js accepts for the weights in them. */
const SAFE = /^[A-Za-z0-9][\w./-]*$/;

/** Stands before the number of a character that TensorFlow.js does not accept. */
const MARK = '.u';

/**
 * A topology in which all names of layers consist of letters, digits and `_ . / -`. TensorFlow.js names weights after their
 * layers, and accepts nothing else there, and Keras accepts all names. `restoreNames` undoes it in the model.
 *
 * @param topology a repaired one
 */
export function withSafeNames(topology: ConfigEntry): ConfigEntry {
  return hasUnsafe(topology) ? renamed(topology) : topology;
}

/** Gives the layers and the weights of a built model the names that `withSafeNames` replaced. */
export function restoreNames(model: LayersModel): void {
  for (const layer of model.layers) {
    for (const weight of layer.weights) {
      const { originalName } = weight;
      if (originalName.includes(MARK)) Object.assign(weight, { originalName: original(originalName) });
    }
    if ('layers' in layer) restoreNames(layer as unknown as LayersModel);
    for (let one: Held | undefined = layer as Held; one; one = one.layer ?? one.forwardLayer) {
      one.name = original(one.name);
      if (one.backwardLayer) one.backwardLayer.name = original(one.backwardLayer.name);
    }
  }
  // The model looks its layers up by these when it is saved.
  const lists = model as unknown as { containerNodes: Set<string>; inputNames: string[]; outputNames: string[] };
  lists.containerNodes = new Set([...lists.containerNodes].map(original));
  lists.inputNames = lists.inputNames.map(original);
  lists.outputNames = lists.outputNames.map(original);
}

/** The descriptions of the weights that are kept, for a topology with safe names. */
export function specsToLoad(weights: readonly SavedWeight[]): io.WeightsManifestEntry[] {
  return weights.filter(({ kept }) => kept).map(({ spec }) => ({ ...spec, name: safeName(spec.name) }));
}

/** A layer, and those that it may hold. */
interface Held {
  name: string;
  readonly layer?: Held;
  readonly forwardLayer?: Held;
  readonly backwardLayer?: Held;
}

function hasUnsafe(entry: ConfigEntry): boolean {
  return (nameOf(entry) !== '' && !SAFE.test(nameOf(entry))) || entriesIn(entry).some(hasUnsafe);
}

/** A name of a layer or a weight without characters that TensorFlow.js does not accept. */
export function safeName(name: string): string {
  if (SAFE.test(name)) return name;
  const mark = (character: string): string => `${MARK}${character.codePointAt(0)!.toString(16)}.`;
  const plain = name.replace(/[^\w./-]/gu, mark);
  return /^[A-Za-z0-9]/.test(plain) ? plain : `x${MARK}.${plain}`;
}

function original(name: string): string {
  // A damaged file may name a layer by something else, which TensorFlow.js takes.
  if (typeof name !== 'string') return name;
  return name
    .replaceAll(`x${MARK}.`, '')
    .replace(/\.u([0-9a-f]+)\./g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}

function renamed(entry: ConfigEntry): ConfigEntry {
  const config: Record<string, unknown> = { ...entry.config };
  if (typeof config.name === 'string') config.name = safeName(config.name);
  for (const key of ['layer', 'backward_layer', 'cell', 'cells']) {
    const held = config[key];
    if (isConfigEntry(held)) config[key] = renamed(held);
    else if (Array.isArray(held))
      config[key] = held.map((one) => (isConfigEntry(one) ? renamed(one) : (one as unknown)));
  }
  if (isModelEntry(entry)) {
    config.layers = layersOf(entry).map(renamed);
    for (const key of ['input_layers', 'output_layers']) if (key in config) config[key] = renamedPlaces(config[key]);
  }
  const { name, inbound_nodes: nodes } = entry as { readonly name?: unknown; readonly inbound_nodes?: unknown };
  return {
    ...entry,
    ...(typeof name === 'string' && { name: safeName(name) }),
    ...(nodes !== undefined && { inbound_nodes: renamedPlaces(nodes) }),
    config,
  };
}

/** Lists of `[layer, application, tensor, arguments]`, at any depth, with new names. */
function renamedPlaces(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [name, ...rest] = value as unknown[];
  return typeof name === 'string' ? [safeName(name), ...rest] : value.map(renamedPlaces);
}
