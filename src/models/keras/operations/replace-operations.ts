// `models/keras/operations/` translates operations of TensorFlow and Keras, which are not layers, into layers.
// In: the layers of a functional model as a file has them: TFOpLambda, SlicingOpLambda and TensorFlowOpLayer of Keras 2,
// and operations of Keras 3.
// Out: the same list, in which each operation is a layer of tfjs-layers, or a layer of `models/layers/operations/`, under
// the name that it had. `arithmetic.ts`, `nonlinearities.ts`, `shapes.ts` and `indexing.ts` have the translations.

import { type ConfigEntry, isRecord, nameOf } from '../config-entry.js';
import type { LayersByName, TensorPlace } from '../repair-nodes.js';
import type { RepairScope } from '../repair-scope.js';
import { type CallArguments, readArgument, SliceArgument, TensorArgument, tensorsIn } from './arguments.js';
import { BoundCall, type Replacement, refusal, type Translated } from './bound-call.js';
import { operationForm } from './is-operation.js';
import { signatureOf } from './operation-names.js';
import { readGraphNode, readKeras3, readLambda, type SavedOperation } from './read-calls.js';
import { IGNORED, type Signature } from './signatures.js';

/** The layers of a model without operations. */
export interface WithoutOperations {
  readonly layers: readonly ConfigEntry[];
  /** By name, why an operation cannot be translated. It matters only if an output of the model needs the operation. */
  readonly failed: ReadonlyMap<string, unknown>;
}

const READERS = { function: readLambda, node: readGraphNode, keras3: readKeras3 };

/** Operations whose result may be known without computing: sizes, for a reshape. */
const FOLDING = /(^|\.)(shape|Shape|getitem|GetItem|strided_slice|StridedSlice|stack|Stack|Pack)$/;

/** Replaces the operations among the layers of a functional model by layers. */
export function replaceOperations(saved: readonly ConfigEntry[], scope: RepairScope): WithoutOperations {
  const byName: LayersByName = new Map(saved.map((entry) => [nameOf(entry), entry]));
  const failed = new Map<string, unknown>();
  const operations = new Map<string, SavedOperation>();
  for (const entry of saved) {
    const form = operationForm(entry);
    if (!form) continue;
    try {
      operations.set(nameOf(entry), READERS[form](entry, { layers: byName, scope }));
    } catch (error) {
      failed.set(nameOf(entry), error);
    }
  }
  if (operations.size + failed.size === 0) return { layers: saved, failed };
  /** The arguments that operations make which are known without computing, once they are found. */
  const known = new Map<string, unknown>();
  const folded = (place: TensorPlace): unknown => {
    const [name] = place;
    const operation = operations.get(name);
    if (!operation || !FOLDING.test(operation.called)) return new TensorArgument(place);
    if (!known.has(name)) {
      // An operation that waits for itself stays as it is, and is found as a circle later.
      known.set(name, undefined);
      try {
        const [first] = translate(operation, scope, folded);
        if (first && 'argument' in first) known.set(name, first.argument);
      } catch {
        // The error is found again if the operation is needed.
      }
    }
    return known.get(name) ?? new TensorArgument(place);
  };
  const layers = saved.map((entry): ConfigEntry => {
    const operation = operations.get(nameOf(entry));
    if (!operation && !failed.has(nameOf(entry))) return entry;
    try {
      return asLayer(operation!, translate(operation!, scope, folded), scope);
    } catch (error) {
      if (!failed.has(nameOf(entry))) failed.set(nameOf(entry), error);
      return inertLayer(entry, byName);
    }
  });
  return { layers, failed };
}

function translate(
  operation: SavedOperation,
  scope: RepairScope,
  folded: (place: TensorPlace) => unknown,
): readonly Translated[] {
  const signature = signatureOf(operation);
  if (!signature) throw refusal(operation, scope, 'is not one of those that are known here');
  return operation.calls.map((call) =>
    signature.translate(new BoundCall(operation, scope, bound(operation, signature, call, folded, scope))),
  );
}

/** The arguments of a call by name. */
function bound(
  operation: SavedOperation,
  { params }: Signature,
  call: CallArguments,
  folded: (place: TensorPlace) => unknown,
  scope: RepairScope,
): Readonly<Record<string, unknown>> {
  const args: Record<string, unknown> = {};
  const resolved = (value: unknown): unknown => {
    if (value instanceof TensorArgument) return folded(value.place);
    if (Array.isArray(value)) return value.map(resolved);
    if (value instanceof SliceArgument)
      return new SliceArgument(...([value.start, value.stop, value.step].map(resolved) as [unknown, unknown, unknown]));
    return value;
  };
  for (const [key, value] of Object.entries(call.named)) {
    const name = params.find((param) => param.split('|').includes(key))?.split('|')[0];
    if (name !== undefined) args[name] ??= resolved(value);
    else if (value !== null && value !== undefined && value !== false && !IGNORED.test(key)) {
      throw refusal(operation, scope, `has the argument ${key}=${JSON.stringify(value)?.slice(0, 60)}`);
    }
  }
  // What Keras 3 is given when an operation is made does not count among the arguments of the call.
  const open = params.map((param) => param.split('|')[0]!).filter((name) => !(name in args));
  for (const [i, value] of grouped(operation, call.positional).entries()) {
    const name = open[i];
    if (name === undefined) throw refusal(operation, scope, `has ${call.positional.length} arguments`);
    args[name] = resolved(value);
  }
  return args;
}

/** Nodes of the graph have the tensors of a list one by one among their inputs. */
function grouped({ called, form }: SavedOperation, positional: readonly unknown[]): readonly unknown[] {
  if (form !== 'node') return positional;
  if (called === 'ConcatV2') return [positional.slice(0, -1), positional.at(-1)];
  return called === 'Pack' || called === 'AddN' ? [positional] : positional;
}

/** The layer for an operation. All calls must need the same options, because they are calls of one layer. */
function asLayer(operation: SavedOperation, translated: readonly Translated[], scope: RepairScope): ConfigEntry {
  const { entry } = operation;
  const calls = translated.filter((one): one is Replacement => !('argument' in one));
  const [first] = calls;
  if (!first || calls.length < translated.length) throw refusal(operation, scope, 'gives sizes instead of a tensor');
  const text = JSON.stringify([first.class_name, first.config]);
  if (calls.some(({ class_name, config }) => JSON.stringify([class_name, config]) !== text)) {
    throw refusal(operation, scope, 'is called several times with other numbers');
  }
  const { class_name, config } = first;
  const inbound_nodes = calls.map(({ inputs }) => inputs.map((place) => [...place, {}]));
  const named = { name: nameOf(entry), inbound_nodes };
  return { class_name, config: { ...config, name: nameOf(entry) }, ...named };
}

/**
 * A layer in the place of an operation that cannot be translated. If an output needs it, the error of the operation is
 * thrown later. It reads all tensors that the operation names.
 */
function inertLayer(entry: ConfigEntry, layers: LayersByName): ConfigEntry {
  const { inbound_nodes: nodes } = entry as { readonly inbound_nodes?: unknown };
  const inbound_nodes = [nodes ?? []]
    .flat()
    .map((node: unknown) => placesIn(node, layers).map((place) => [...place, {}]))
    .filter((places) => places.length > 0);
  const name = nameOf(entry);
  return { class_name: 'Operation', config: { name }, ...{ name, inbound_nodes } };
}

/** The tensors that a value names, in whatever form. */
function placesIn(value: unknown, layers: LayersByName): TensorPlace[] {
  const read = readArgument(value, layers);
  if (!isRecord(read) || read instanceof TensorArgument || read instanceof SliceArgument) {
    return Array.isArray(value) && !(read instanceof TensorArgument)
      ? value.flatMap((item: unknown) => placesIn(item, layers))
      : tensorsIn(read);
  }
  return Object.values(read).flatMap((item) => placesIn(item, layers));
}
