import { DeconvnetError } from '../errors.js';
import { type ConfigEntry, isConfigEntry, isModelEntry, isRecord, nameOf } from './config-entry.js';

/** Where a tensor comes from: layer, number of its application, number of its output. */
type TensorPlace = readonly [layer: string, node: number, tensor: number];

/** The layers of one functional model, by name. */
export type Scope = ReadonlyMap<string, ConfigEntry>;

/**
 * `inbound_nodes` of a layer, `{ args, kwargs }` an application, as the lists `[[layer, node, tensor, kwargs], ...]`
 * of Keras 2.
 *
 * TensorFlow.js counts a nested model's own graph as its first node, which Keras 3 does not do here.
 */
export function repairInboundNodes(layer: ConfigEntry, nodes: unknown, scope: Scope, subject: string): unknown[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node: unknown) => {
    if (!isRecord(node)) return node;
    const kwargs = isRecord(node.kwargs) ? node.kwargs : {};
    const states = Object.entries(kwargs).flatMap(([argument, value]) => {
      const tensors = tensorsIn(value);
      if (tensors.length > 0 && !['initial_state', 'inputs'].includes(argument))
        throw unreadable(layer, argument, subject);
      return tensors;
    });
    // An application is in its default form, in which tfjs runs it, unless it says otherwise.
    const said = Object.entries(kwargs).filter(
      ([, value]) => value !== null && value !== false && tensorsIn(value).length === 0,
    );
    return [...tensorsIn(node.args), ...states].map(([name, index, tensor]) => {
      const inbound = scope.get(name);
      return [name, inbound && isModelEntry(inbound) ? index + 1 : index, tensor, Object.fromEntries(said)];
    });
  });
}

/** `input_layers` and `output_layers`, a place, a list or an object of them, as a list of places. */
export function repairPlaces(value: unknown, scope: Scope): TensorPlace[] {
  if (isPlace(value)) {
    const [name, node, tensor] = value;
    const layer = scope.get(name);
    if (!layer || !isModelEntry(layer)) return [value];
    // Here Keras 3 counts the own graph of a functional model, yet not that of a Sequential.
    return [[name, layer.class_name === 'Sequential' ? node + 1 : Math.max(node, 1), tensor]];
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown) => repairPlaces(item, scope));
  if (!isRecord(value)) return [];
  // Keras sorts by key.
  return Object.keys(value)
    .sort()
    .flatMap((key) => repairPlaces(value[key], scope));
}

/** The tensors in the arguments of a call, in their order. */
function tensorsIn(value: unknown): TensorPlace[] {
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (isConfigEntry(value) && value.class_name === '__keras_tensor__') {
    return isPlace(value.config.keras_history) ? [value.config.keras_history] : [];
  }
  return [];
}

function isPlace(value: unknown): value is TensorPlace {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    typeof value[0] === 'string' &&
    Number.isInteger(value[1]) &&
    Number.isInteger(value[2])
  );
}

function unreadable(layer: ConfigEntry, argument: string, subject: string): DeconvnetError {
  const name = nameOf(layer);
  return new DeconvnetError(
    'unsupported-option',
    `Layer '${name}' of ${subject}, a ${layer.class_name}, is called with a tensor as its argument '${argument}', which TensorFlow.js cannot pass on. Hand over all tensors as the layer's inputs, and no mask, and convert again.`,
    { layer: name },
  );
}
