import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { inCallOrder } from './call-order.js';
import { checkLayers } from './check-layers.js';
import { type ConfigEntry, isConfigEntry, isModelEntry, isRecord, nameOf } from './config-entry.js';
import { neededGraph, ownApplications } from './functional-graph.js';
import { inlineSequentials } from './inline-sequentials.js';
import { inputCount } from './input-count.js';
import { joinTurnedChannels } from './operations/join-turned-channels.js';
import { replaceOperations } from './operations/replace-operations.js';
import { isBuiltIn } from './option-forms.js';
import type { SavedTopology } from './read-topology.js';
import { splitActivation } from './repair-activation.js';
import { repairLayer } from './repair-layer.js';
import { type Application, type LayersByName, readApplications, readPlaces, type TensorPlace } from './repair-nodes.js';
import { type LeftOutLayer, layerError, type RepairScope } from './repair-scope.js';
import { layersOverTime, spreadOverTime } from './spread-over-time.js';
import { unwrapped } from './unwrapped.js';

/** A topology in the form that TensorFlow.js reads. */
export interface RepairedTopology {
  readonly topology: ConfigEntry;
  /** The layers that were left out because no output needs them. Their weights must be left out too. */
  readonly leftOut: readonly LeftOutLayer[];
  /** Warnings for the user, in full sentences. */
  readonly warnings: readonly string[];
}

/** How many layers a warning names. */
const SHOWN = 5;

/**
 * Repairs a topology that any version of Keras since 2.0, or TensorFlow.js itself, wrote, so that TensorFlow.js reads it
 * and computes what Keras computes. In the result every tensor that is read exists, and no layer waits for itself.
 *
 * @param subject the name of the model in messages
 * @throws DeconvnetError `model-unreadable`, `unsupported-layer`, `unsupported-option` if it cannot be repaired.
 */
export function repairTopology(
  { topology: saved, keras3, tfjs }: SavedTopology,
  subject = 'the model',
): RepairedTopology {
  const scope: RepairScope = { subject, keras3, tfjs, prefix: '', leftOut: [], warnings: [] };
  checkLayers(saved, scope);
  if (!isModelEntry(saved)) {
    throw new DeconvnetError(
      'model-unreadable',
      `${subject} is not a model: its topology is of the class ${saved.class_name}, and has no list of layers. Save the model again.`,
    );
  }
  const topology = repairEntry(saved, scope);
  const { leftOut, warnings } = scope;
  if (leftOut.length > 0) {
    const names = leftOut.slice(0, SHOWN).map(({ name }) => `'${name}'`);
    const more = leftOut.length > SHOWN ? ` and ${leftOut.length - SHOWN} more` : '';
    const layers = leftOut.length === 1 ? 'The layer' : 'The layers';
    warnings.push(
      `${layers} ${names.join(', ')}${more} ${leftOut.length === 1 ? 'was' : 'were'} left out, because no output of ${subject} needs ${leftOut.length === 1 ? 'it' : 'them'}.`,
    );
  }
  return { topology, leftOut, warnings };
}

function repairEntry(saved: ConfigEntry, scope: RepairScope): ConfigEntry {
  const entry = unwrapped(saved);
  return isModelEntry(entry) ? repairModel(entry, scope) : repairWrapped(repairLayer(entry, scope), scope);
}

function repairModel(saved: ConfigEntry, scope: RepairScope): ConfigEntry {
  const model = inlineSequentials(spreadOverTime(saved, scope));
  const layers = readLayers(model, scope);
  return model.class_name === 'Sequential'
    ? repairSequential(model, layers, scope)
    : repairFunctional(model, layers, scope);
}

function repairSequential(model: ConfigEntry, saved: readonly ConfigEntry[], scope: RepairScope): ConfigEntry {
  const { name, build_input_shape: shape } = model.config;
  const layers = saved.flatMap((layer, i) =>
    splitActivation(layer, saved).map((part) => {
      const repaired = repairEntry(part!, within(scope, layer));
      return i === 0 ? repaired : withoutInputShape(repaired);
    }),
  );
  const [first] = layers;
  if (!first)
    throw new DeconvnetError('model-unreadable', `${called(model, scope)} has no layers. Save the model again.`);
  if (first.class_name !== 'InputLayer' && !isModelEntry(first) && first.config.batch_input_shape === undefined) {
    // A Sequential that was built without an Input states its input shape in build_input_shape.
    if (!Array.isArray(shape)) {
      throw layerError(
        scope,
        first,
        'model-unreadable',
        'is the first layer, and does not state the shape of its input (batch_input_shape). Build the model with an Input, and save it again.',
      );
    }
    layers.unshift({
      class_name: 'InputLayer',
      config: { name: `${nameOf(model)}_input`, batch_input_shape: shape, dtype: 'float32', sparse: false },
    });
  }
  const misplaced = layers.slice(1).find(({ class_name }) => class_name === 'InputLayer');
  if (misplaced)
    throw layerError(
      scope,
      misplaced,
      'model-unreadable',
      'is an InputLayer that comes after other layers. Save the model again.',
    );
  return { class_name: 'Sequential', config: { ...(name !== undefined && { name }), layers } };
}

function repairFunctional(model: ConfigEntry, listed: readonly ConfigEntry[], scope: RepairScope): ConfigEntry {
  const { name } = model.config;
  const { layers: replaced, failed } = replaceOperations(listed, scope);
  const joined = joinTurnedChannels(replaced, model.config.output_layers);
  const saved = layersOverTime(model, joined, scope);
  const byName: LayersByName = new Map(saved.map((layer) => [nameOf(layer), layer]));
  const [inputs, outputs] = ['input_layers', 'output_layers'].map((list) => {
    const places = readPlaces(model.config[list], byName, scope);
    if (places && places.length > 0) return places;
    const value = JSON.stringify(model.config[list])?.slice(0, 80) ?? 'missing';
    throw new DeconvnetError(
      'model-unreadable',
      `${list} of ${called(model, scope)} is ${value}. It must be a list of [layer, application, tensor]. Save the model again.`,
    );
  }) as [TensorPlace[], TensorPlace[]];
  const read = saved.map((layer) => ({
    entry: layer,
    applications: readApplications(layer, (layer as { inbound_nodes?: unknown }).inbound_nodes, byName, scope),
  }));
  for (const { entry, applications } of read) {
    for (const { inputs: read } of applications) checkInputCount(entry, read.length, scope);
  }
  const needed = neededGraph({ layers: read, inputs, outputs }, scope);
  for (const { entry } of needed.layers) if (failed.has(nameOf(entry))) throw failed.get(nameOf(entry));
  const graph = inCallOrder(needed, scope);
  // If a layer was split in two, its readers read the second part.
  const split = new Map(graph.layers.map(({ entry }) => [nameOf(entry), splitActivation(entry, saved)]));
  const place = ([layer, application, tensor]: TensorPlace): TensorPlace => [
    nameOf(split.get(layer)!.at(-1)!),
    application,
    tensor,
  ];
  return {
    // A subclass of Model is saved under its own name, but it is a functional model too.
    class_name: 'Functional',
    config: {
      ...(name !== undefined && { name }),
      layers: graph.layers.flatMap(({ entry, applications }) =>
        split.get(nameOf(entry))!.map((part, i) => ({
          ...withoutInputShape(repairEntry(part!, within(scope, part!))),
          name: nameOf(part!),
          inbound_nodes:
            i === 0
              ? applications.map((one) => inboundNode(one, place))
              : applications.map((_, application) => [[nameOf(entry), application + ownApplications(entry), 0, {}]]),
        })),
      ),
      input_layers: graph.inputs,
      output_layers: graph.outputs.map(place),
    },
  };
}

/** A layer without its input shape. Only a first layer needs one, and tfjs warns if another layer has a wrong one. */
function withoutInputShape(entry: ConfigEntry): ConfigEntry {
  if (entry.class_name === 'InputLayer' || isModelEntry(entry)) return entry;
  const { batch_input_shape: _shape, ...config } = entry.config;
  return { ...entry, config };
}

/** Checks how many tensors a layer reads. The error of tfjs would not name the layer. */
function checkInputCount(entry: ConfigEntry, count: number, scope: RepairScope): void {
  const { class_name } = entry;
  const expected = inputCount(entry);
  if (count >= expected[0] && count <= expected[1]) return;
  const [least, most] = expected;
  const range = most === 0 ? 'none' : least === most ? `${least}` : `${least} or more`;
  throw layerError(
    scope,
    entry,
    'model-unreadable',
    `is of the class ${class_name} and reads ${count} ${count === 1 ? 'tensor' : 'tensors'}. It must read ${range}. Save the model again.`,
  );
}

function inboundNode({ inputs, kwargs }: Application, place: (from: TensorPlace) => TensorPlace): unknown[] {
  return inputs.map((input) => [...place(input), kwargs]);
}

/** The layers of a model, whose names are checked: each layer has one, and no two are equal. */
function readLayers(model: ConfigEntry, scope: RepairScope): ConfigEntry[] {
  const layers = model.config.layers as readonly unknown[];
  const names = new Set<string>();
  return layers.map((layer, i) => {
    const fail = (what: string, name?: string): DeconvnetError =>
      new DeconvnetError(
        'model-unreadable',
        `Layer ${i + 1} of ${layers.length} in ${called(model, scope)} ${what}. Save the model again.`,
        name === undefined ? {} : { layer: `${scope.prefix}${name}` },
      );
    if (!isRecord(layer) || !isRecord(layer.config) || typeof layer.class_name !== 'string') {
      throw fail(`is ${JSON.stringify(layer)?.slice(0, 80)}; it must be an object with 'class_name' and 'config'`);
    }
    // Other layers refer to a layer by the name beside its config.
    const name = layer.name ?? layer.config.name;
    if (typeof name !== 'string' || name === '')
      throw fail(`has the name ${JSON.stringify(name)}; it must be a string that is not empty`);
    // tfjs keeps layers in a plain object, where names such as 'constructor' exist already.
    if (name in {}) throw fail(`is called '${name}', which TensorFlow.js cannot use as a name`, name);
    if (names.has(name)) throw fail(`is called '${name}', and so is another layer`, name);
    names.add(name);
    return unwrapped({ ...layer, config: { ...layer.config, name } } as unknown as ConfigEntry);
  });
}

/** Repairs the layers inside a wrapper, and the cells inside a recurrent layer. */
function repairWrapped(entry: ConfigEntry, scope: RepairScope): ConfigEntry {
  if (!isBuiltIn(entry.class_name)) return entry;
  const part = { TimeDistributed: 'layer', Bidirectional: 'layer', RNN: 'cell', StackedRNNCells: 'cells' }[
    entry.class_name
  ];
  if (part !== undefined && ![entry.config[part]].flat().some(isConfigEntry)) {
    throw layerError(
      scope,
      entry,
      'model-unreadable',
      `is of the class ${entry.class_name} and has no ${part} inside. Save the model again.`,
    );
  }
  const held = ['layer', 'backward_layer', 'cell', 'cells'].flatMap((key): [string, unknown][] => {
    const value = entry.config[key];
    if (isConfigEntry(value)) return [[key, repairEntry(value, scope)]];
    return Array.isArray(value) ? [[key, value.filter(isConfigEntry).map((inner) => repairEntry(inner, scope))]] : [];
  });
  const config: ConfigEntry['config'] = { ...entry.config, ...Object.fromEntries(held) };
  const { layer } = config;
  if (entry.class_name !== 'Bidirectional' || !isConfigEntry(layer)) return { ...entry, config };
  // Keras 3 saves the forward copy (forward_x). tfjs makes that copy, and its name, from the original layer x.
  const name = scope.keras3 ? nameOf(layer).replace(/^forward_/, '') : nameOf(layer);
  return { ...entry, config: { ...config, layer: { ...layer, config: { ...layer.config, name } } } };
}

/** The context inside a layer: if the layer is a model, its name is added to the prefix. */
function within(scope: RepairScope, layer: ConfigEntry): RepairScope {
  return isModelEntry(layer) ? { ...scope, prefix: `${scope.prefix}${nameOf(layer)}/` } : scope;
}

/** The name of a model in a message. */
function called(model: ConfigEntry, { subject, prefix }: RepairScope): string {
  return prefix === '' ? subject : `the model '${prefix.slice(0, -1) || nameOf(model)}' of ${subject}`;
}
