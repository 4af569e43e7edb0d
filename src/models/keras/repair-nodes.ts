import { type ConfigEntry, isConfigEntry, isModelEntry, isRecord } from './config-entry.js';
import { takesSeveral } from './input-count.js';
import { layerError, type RepairScope } from './repair-scope.js';

/** Where a tensor comes from: layer, number of its application, number of its output. */
export type TensorPlace = readonly [layer: string, application: number, tensor: number];

/** One application of a layer: the tensors that go in, and what it is called with besides. */
export interface Application {
  readonly inputs: readonly TensorPlace[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** The layers of one functional model, by name. */
export type LayersByName = ReadonlyMap<string, ConfigEntry>;

/** Arguments of a call whose tensors go in behind the inputs. */
const FURTHER_INPUTS = ['initial_state', 'inputs'];

/**
 * The applications of a layer, from its `inbound_nodes`: lists of `[layer, application, tensor, kwargs]` (Keras 2), a
 * `{ args, kwargs }` for each application (Keras 3), either with a bracket too few or too many, or one in the other.
 *
 * TensorFlow.js counts a nested model's own graph as its first application, which Keras 3 does not do here.
 *
 * @throws DeconvnetError `model-unreadable` for what is none of these, `unsupported-option` for tensors that are not inputs.
 */
export function readApplications(
  layer: ConfigEntry,
  nodes: unknown,
  layers: LayersByName,
  scope: RepairScope,
): Application[] {
  if (nodes === undefined || nodes === null) return [];
  const list = isPlace(nodes) || !Array.isArray(nodes) ? [nodes] : (nodes as unknown[]);
  // With a bracket too few, the tensors of one application look like applications.
  const applications: unknown[] = takesSeveral(layer) && list.every(isPlace) ? [list] : list;
  const seen: Seen = { layer, layers, scope };
  return applications
    .map((application) => readApplication(application, seen))
    .filter(({ inputs }) => inputs.length > 0);
}

/** `input_layers` and `output_layers`, a place, a list or an object of them, as a list of places. */
export function readPlaces(value: unknown, layers: LayersByName, { keras3 }: RepairScope): TensorPlace[] | undefined {
  if (isPlace(value)) {
    const [name, application, tensor] = value;
    const layer = layers.get(name);
    if (!keras3 || !layer || !isModelEntry(layer)) return [[name, application, tensor]];
    // Here Keras 3 counts the own graph of a functional model, yet not that of a Sequential.
    return [[name, layer.class_name === 'Sequential' ? application + 1 : Math.max(application, 1), tensor]];
  }
  // Keras sorts by key.
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
        `has inbound_nodes that cannot be read: ${JSON.stringify(value)?.slice(0, 80)}. Each tensor that it reads must be [layer, application, tensor]. Convert or save the model again.`,
      );
    }
  };
  read(value);
  return { inputs, kwargs };
}

/** What a layer is called with besides its inputs; the tensors among it that count as inputs are added to those. */
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
        `is a ${layer.class_name} that is called with a tensor as its argument '${argument}', which TensorFlow.js cannot pass on. Hand over all tensors as the layer's inputs, and no mask, and convert again.`,
      );
    }
    inputs.push(...tensors);
    // An application is in its default form, in which tfjs runs it, unless it says otherwise.
    if (tensors.length === 0 && value !== null && value !== false) rest[argument] = value;
  }
  return rest;
}

/** The tensors in an argument of a call, in their order. */
function tensorsIn(value: unknown, layers: LayersByName): TensorPlace[] {
  if (isPlace(value) && layers.has(value[0])) return [[value[0], value[1], value[2]]];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => tensorsIn(item, layers));
  if (!isConfigEntry(value) || value.class_name !== '__keras_tensor__' || !isPlace(value.config.keras_history))
    return [];
  const [name, application, tensor] = value.config.keras_history;
  const from = layers.get(name);
  return [[name, from && isModelEntry(from) ? application + 1 : application, tensor]];
}

function isPlace(value: unknown): value is readonly [string, number, number, unknown?] {
  return (
    Array.isArray(value) &&
    (value.length === 3 || value.length === 4) &&
    typeof value[0] === 'string' &&
    Number.isInteger(value[1]) &&
    Number.isInteger(value[2])
  );
}
