import { type ConfigEntry, isRecord } from '../config-entry.js';
import { isPlace, type LayersByName } from '../repair-nodes.js';
import { layerError, type RepairScope } from '../repair-scope.js';
import { type CallArguments, readArgument, TensorArgument } from './arguments.js';

/** An operation as a file writes it. */
export interface SavedOperation {
  readonly entry: ConfigEntry;
  /** What the file calls it, such as `tf.math.multiply`. */
  readonly said: string;
  /** Its function without the module, such as `multiply`; for a TensorFlowOpLayer, the operation of its node. */
  readonly called: string;
  /** What wrote it: a function of TensorFlow, a node of its graph, or an operation of Keras 3. */
  readonly form: 'function' | 'node' | 'keras3';
  readonly calls: readonly CallArguments[];
}

interface Context {
  readonly layers: LayersByName;
  readonly scope: RepairScope;
}

/** Functions whose first argument is a list of tensors. */
const TAKES_LIST = /(^|\.)(concat|stack|add_n)$/;

/** Reads a TFOpLambda or a SlicingOpLambda of Keras 2: its first argument is the node, the others are keywords. */
export function readLambda(entry: ConfigEntry, context: Context): SavedOperation {
  const said = String(entry.config.function);
  const nodes = nodesOf(entry);
  const list = TAKES_LIST.test(said) && nodes.every(isPlace) && nodes.length > 0 ? [nodes] : nodes;
  const calls = list.map((node): CallArguments => {
    const kwargs: Record<string, unknown> = {};
    const read = (item: unknown): unknown => {
      if (!Array.isArray(item)) throw unreadable(entry, item, context.scope);
      if (isRecord(item[3])) Object.assign(kwargs, item[3]);
      if (item[0] === '_CONSTANT_VALUE') return readArgument(item[2], context.layers);
      if (isPlace(item)) return new TensorArgument([item[0], item[1], item[2]]);
      return item.map(read);
    };
    const first = read(node);
    // A level of brackets may be added.
    const plain = Array.isArray(first) && first.length === 1 && !TAKES_LIST.test(said) ? (first[0] as unknown) : first;
    return { positional: [plain], named: readNamed(kwargs, context) };
  });
  return { entry, said: `tf.${said}`, called: said, form: 'function', calls };
}

/**
 * Reads a TensorFlowOpLayer of Keras 2 (TensorFlow 2.0 to 2.3). It holds a node of the graph, whose inputs are the tensors
 * of the call, and constants at the places that `constants` names.
 */
export function readGraphNode(entry: ConfigEntry, context: Context): SavedOperation {
  const definition = parsed(entry.config.node_def);
  if (!isRecord(definition) || typeof definition.op !== 'string') {
    throw unreadable(entry, entry.config.node_def, context.scope, 'a node_def');
  }
  const { constants } = entry.config;
  const attributes = Object.entries(isRecord(definition.attr) ? definition.attr : {}).map(([name, value]) => [
    name,
    attributeOf(value),
  ]);
  const nodes = nodesOf(entry);
  const calls = (nodes.length > 0 && nodes.every(isPlace) ? [nodes] : nodes).map((node): CallArguments => {
    if (!Array.isArray(node)) throw unreadable(entry, node, context.scope);
    const tensors = (isPlace(node) ? [node] : (node as unknown[])).map((item) => {
      if (!isPlace(item)) throw unreadable(entry, item, context.scope);
      return new TensorArgument([item[0], item[1], item[2]]);
    });
    const positional: unknown[] = [];
    const given: Readonly<Record<string, unknown>> = isRecord(constants) ? constants : {};
    const count = tensors.length + Object.keys(given).length;
    for (let i = 0; i < count; i++) {
      positional.push(Object.hasOwn(given, i) ? readArgument(given[i], context.layers) : tensors.shift());
    }
    return { positional, named: Object.fromEntries(attributes) as Record<string, unknown> };
  });
  return { entry, said: definition.op, called: definition.op, form: 'node', calls };
}

/** Reads an operation of Keras 3: `{ args, kwargs }` for each call. What was given when it was made is in its config. */
export function readKeras3(entry: ConfigEntry, context: Context): SavedOperation {
  const { name: _name, dtype: _dtype, ...made } = entry.config;
  const calls = nodesOf(entry).map((node): CallArguments => {
    if (!isRecord(node) || !('args' in node || 'kwargs' in node)) throw unreadable(entry, node, context.scope);
    const args = readArgument(node.args ?? [], context.layers);
    return {
      positional: Array.isArray(args) ? args : [args],
      named: readNamed({ ...made, ...(isRecord(node.kwargs) ? node.kwargs : {}) }, context),
    };
  });
  return { entry, said: `keras.ops.${entry.class_name}`, called: entry.class_name, form: 'keras3', calls };
}

function nodesOf(entry: ConfigEntry): readonly unknown[] {
  const { inbound_nodes: nodes } = entry as { readonly inbound_nodes?: unknown };
  if (nodes === undefined || nodes === null) return [];
  return isPlace(nodes) || !Array.isArray(nodes) ? [nodes] : (nodes as unknown[]);
}

function readNamed(kwargs: Readonly<Record<string, unknown>>, { layers }: Context): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [key, readArgument(value, layers)]));
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of an attribute of a node: protobuf writes its kind as a key, and whole numbers as text. */
function attributeOf(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  const { i, b, f, s, type, list } = value;
  if (i !== undefined) return Number(i);
  if (isRecord(list)) {
    if (Array.isArray(list.i)) return list.i.map(Number);
    return Object.values(list).find(Array.isArray) ?? [];
  }
  return b ?? (f === undefined ? undefined : Number(f)) ?? (typeof s === 'string' ? text(s) : undefined) ?? type;
}

/** Text in protobuf's JSON is in base64. */
function text(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return base64;
  }
}

function unreadable(entry: ConfigEntry, value: unknown, scope: RepairScope, what = 'inbound_nodes'): Error {
  return layerError(
    scope,
    entry,
    'model-unreadable',
    `is a ${entry.class_name} with ${what} that cannot be read: ${JSON.stringify(value)?.slice(0, 80)}. Save the model again.`,
  );
}
