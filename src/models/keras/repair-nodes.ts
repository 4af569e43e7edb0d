import { type ConfigEntry, isConfigEntry, isModelEntry, isRecord } from './config-entry.js';
import { takesSeveral } from './input-count.js';
import { layerError, type RepairScope } from './repair-scope.js';

/** Which tensor: the layer that makes it, the number of the layer's application, the number of the output. */
export type TensorPlace = readonly [layer: string, application: number, tensor: number];

/** One application of a layer: the tensors that it reads, and its other arguments. */
export interface Application {
  readonly inputs: readonly TensorPlace[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** The layers of one functional model, by name. */
export type LayersByName = ReadonlyMap<string, ConfigEntry>;

/** Arguments of a call whose tensors follow the inputs. */
const FURTHER_INPUTS = ['initial_state', 'inputs'];

/**
 * Reads the applications of a layer from its `inbound_nodes`. They are lists of `[layer, application, tensor, kwargs]`
 * (Keras 2), or one `{ args, kwargs }` per application (Keras 3). A level of brackets may be missing or added, and one
 * form may be inside the other.
 *
 * TensorFlow.js counts the own graph of a nested model as its first application; Keras 3 does not do that here.
 *
 * @throws DeconvnetError `model-unreadable` for any other form; `unsupported-option` for an argument that is a tensor but
 * not an input.
 */
export function readApplications(
  layer: ConfigEntry,
  nodes: unknown,
  layers: LayersByName,
  scope: RepairScope,
): Application[] {
  if (nodes === undefined || nodes === null) return [];
  const list = isPlace(nodes) || !Array.isArray(nodes) ? [nodes] : (nodes as unknown[]);
  // If a level of brackets is missing, the tensors of one application look like several applications.
  const applications: unknown[] = takesSeveral(layer) && list.every(isPlace) ? [list] : list;
  const seen: Seen = { layer, layers, scope };
  return applications
    .map((application) => readApplication(application, seen))
    .filter(({ inputs }) => inputs.length > 0);
}

/** Reads `input_layers` or `output_layers`, which is one place, or a list or an object of places, as a list. */
export function readPlaces(value: unknown, layers: LayersByName, { keras3 }: RepairScope): TensorPlace[] | undefined {
  if (isPlace(value)) {
    const [name, application, tensor] = value;
    const layer = layers.get(name);
    if (!keras3 || !layer || !isModelEntry(layer)) return [[name, application, tensor]];
    // Here Keras 3 counts the own graph of a functional model, but not that of a Sequential.
    return [[name, layer.class_name === 'Sequential' ? application + 1 : Math.max(application, 1), tensor]];
  }
  // Keras sorts the entries of an object by key.
  const items: readonly unknown[] | undefined = Array.isArray(value)
    ? value
    : isRecord(value)
      ? Object.keys(value)
          .sort()
          .map((key) => value[key])
      : undefined;
  const places = items?.map((item) => readPlaces(item, layers, { keras3 } as RepairScope));
  return places?.every((place) => place !== undefined) ? places.flat() : undefined;
}

interface Seen {
  readonly layer: ConfigEntry;
  readonly layers: LayersByName;
  readonly scope: RepairScope;
}

function readApplication(value: unknown, seen: Seen): Application {
  const inputs: TensorPlace[] = [];
  const kwargs: Record<string, unknown> = {};
  const read = (item: unknown): void => {
    if (isPlace(item)) {
      const [name, application, tensor] = item;
      inputs.push([name, application, tensor]);
      if (isRecord(item[3])) Object.assign(kwargs, readKwargs(item[3], inputs, seen));
    } else if (isRecord(item) && ('args' in item || 'kwargs' in item)) {
      inputs.push(...tensorsIn(item.args, seen.layers));
      if (isRecord(item.kwargs)) Object.assign(kwargs, readKwargs(item.kwargs, inputs, seen));
    } else if (Array.isArray(item)) item.forEach(read);
    else {
      throw layerError(
        seen.scope,
        seen.layer,
        'model-unreadable',
        `has inbound_nodes that cannot be read: ${JSON.stringify(value)?.slice(0, 80)}. Each tensor that it reads must be [layer, application, tensor]. Save the model again.`,
      );
    }
  };
  read(value);
  return { inputs, kwargs };
}

/** The arguments of a call other than its inputs. Tensors in an argument that counts as an input are added to `inputs`. */
function readKwargs(
  kwargs: Readonly<Record<string, unknown>>,
  inputs: TensorPlace[],
  { layer, layers, scope }: Seen,
): object {
  const rest: Record<string, unknown> = {};
  for (const [argument, value] of Object.entries(kwargs)) {
    const tensors = tensorsIn(value, layers);
    if (tensors.length > 0 && !FURTHER_INPUTS.includes(argument)) {
      throw layerError(
        scope,
        layer,
        'unsupported-option',
        `is a ${layer.class_name} that is called with a tensor as its argument '${argument}', which TensorFlow.js cannot pass on. Pass all tensors as inputs of the layer, leave out masks, and save the model again.`,
      );
    }
    inputs.push(...tensors);
    // An argument that is None or False is the default, with which tfjs runs the layer.
    if (tensors.length === 0 && value !== null && value !== false) rest[argument] = value;
  }
  return rest;
}

/** The tensors in an argument of a call, in order. */
function tensorsIn(value: unknown, layers: LayersByName): TensorPlace[] {
  if (isPlace(value) && layers.has(value[0])) return [[value[0], value[1], value[2]]];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => tensorsIn(item, layers));
  const place = placeOf(value, layers);
  return place ? [place] : [];
}

/** The tensor that an object of Keras 3 stands for; undefined if it does not stand for a tensor. */
export function placeOf(value: unknown, layers: LayersByName): TensorPlace | undefined {
  if (!isConfigEntry(value) || value.class_name !== '__keras_tensor__' || !isPlace(value.config.keras_history))
    return undefined;
  const [name, application, tensor] = value.config.keras_history;
  const from = layers.get(name);
  return [name, from && isModelEntry(from) ? application + 1 : application, tensor];
}

/** Whether a value is a reference to a tensor, as Keras 2 writes it. */
export function isPlace(value: unknown): value is readonly [string, number, number, unknown?] {
  return (
    Array.isArray(value) &&
    (value.length === 3 || value.length === 4) &&
    typeof value[0] === 'string' &&
    Number.isInteger(value[1]) &&
    Number.isInteger(value[2])
  );
}
