import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  type ConfigEntry,
  entriesIn,
  isConfigEntry,
  isModelEntry,
  isRecord,
  layersOf,
  nameOf,
} from './config-entry.js';

/** A topology whose layers have names of their own, and the names that its file has for them. */
export interface UniquelyNamed {
  readonly topology: ConfigEntry;
  /** For each new name, the name in the file. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * A topology in which no two layers have the same name. Keras only needs different names inside one model. Two nested
 * models can have layers of the same names: those of an ensemble, or of a network for pairs of pictures. TensorFlow.js names
 * weights after layers, without the models around them. Therefore such a layer gets the names of the models before its
 * own. `savedName` gives the name in the file.
 */
export function withUniqueNames(topology: ConfigEntry): UniquelyNamed {
  const counts = new Map<string, number>();
  countNames(topology, counts);
  const names = new Map<string, string>();
  const rename = (entry: ConfigEntry, path: string): ConfigEntry => {
    const { layer } = entry.config;
    if (!isModelEntry(entry)) {
      return isConfigEntry(layer) ? { ...entry, config: { ...entry.config, layer: rename(layer, path) } } : entry;
    }
    const fresh = new Map<string, string>();
    for (const inner of layersOf(entry)) {
      const name = nameOf(inner);
      if (path === '' || isModelEntry(inner) || !((counts.get(name) ?? 0) > 1)) continue;
      let made = `${path}${name}`;
      while (counts.has(made) || names.has(made)) made += '_';
      fresh.set(name, made);
      names.set(made, name);
    }
    const layers = (entry.config.layers as readonly unknown[]).map((inner) => {
      if (!isConfigEntry(inner)) return inner;
      const below = rename(inner, `${path}${nameOf(inner)}/`);
      return fresh.size === 0 ? below : renamed(below, fresh);
    });
    const { input_layers: inputs, output_layers: outputs } = entry.config;
    return {
      ...entry,
      config: {
        ...entry.config,
        layers,
        ...(inputs !== undefined && { input_layers: referring(inputs, fresh) }),
        ...(outputs !== undefined && { output_layers: referring(outputs, fresh) }),
      },
    };
  };
  return [...counts.values()].some((count) => count > 1)
    ? { topology: rename(topology, ''), names }
    : { topology, names };
}

/** The name of a layer in its file. */
export function savedName(entry: ConfigEntry): string {
  const { saved_name: saved } = entry as { readonly saved_name?: unknown };
  return typeof saved === 'string' ? saved : nameOf(entry);
}

/** Gives the layers of a built model the names in its file again. Its weights keep the longer names. */
export function restoreSavedNames(model: LayersModel, names: UniquelyNamed['names']): void {
  const siblings = new Set(model.layers.map(({ name }) => name));
  const back = new Map<string, string>();
  for (const layer of model.layers) {
    for (let one: Held | undefined = layer as Held; one; one = one.layer) {
      if (one.layers) restoreSavedNames(one as LayersModel, names);
    }
    const saved = names.get(layer.name);
    // The layers of a Sequential may have come into the model around it.
    if (saved === undefined || siblings.has(saved)) continue;
    siblings.add(saved);
    back.set(layer.name, saved);
    layer.name = saved;
  }
  if (back.size === 0) return;
  // The model looks its layers up by these when it is saved.
  const lists = model as unknown as { containerNodes: Set<string>; inputNames: string[]; outputNames: string[] };
  lists.containerNodes = new Set(
    [...lists.containerNodes].map((node) => {
      const [, name = node, end = ''] = /^(.*)(_ib-\d+)$/.exec(node) ?? [];
      return `${back.get(name) ?? name}${end}`;
    }),
  );
  lists.inputNames = lists.inputNames.map((name) => back.get(name) ?? name);
  lists.outputNames = lists.outputNames.map((name) => back.get(name) ?? name);
}

/** A layer or a model, and the layer that it may hold. */
type Held = { readonly layer?: Held } & Partial<Pick<LayersModel, 'layers'>>;

/** Counts the names of all layers that are not models. */
function countNames(entry: ConfigEntry, counts: Map<string, number>): void {
  for (const inner of isModelEntry(entry) ? layersOf(entry) : entriesIn(entry).filter(isModelEntry)) {
    if (!isModelEntry(inner)) counts.set(nameOf(inner), (counts.get(nameOf(inner)) ?? 0) + 1);
    countNames(inner, counts);
  }
}

function renamed(entry: ConfigEntry, fresh: ReadonlyMap<string, string>): ConfigEntry {
  const name = fresh.get(nameOf(entry));
  const { name: outer, inbound_nodes: nodes } = entry as { readonly name?: unknown; readonly inbound_nodes?: unknown };
  return {
    ...entry,
    ...(name !== undefined && { config: { ...entry.config, name }, saved_name: nameOf(entry) }),
    ...(name !== undefined && outer !== undefined && { name }),
    ...(nodes !== undefined && { inbound_nodes: referring(nodes, fresh) }),
  };
}

/** A value in which references to layers, `[layer, application, tensor]`, have the new names. */
function referring(value: unknown, fresh: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) {
    const [name, application, ...rest] = value as unknown[];
    const made = typeof name === 'string' && Number.isInteger(application) ? fresh.get(name) : undefined;
    if (made !== undefined) return [made, application, ...rest.map((one) => referring(one, fresh))];
    return value.map((one) => referring(one, fresh));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, referring(one, fresh)]));
}
