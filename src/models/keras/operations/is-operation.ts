import { type ConfigEntry, isRecord } from '../config-entry.js';
import { isBuiltIn } from '../option-forms.js';
import { isOwnClass } from '../own-class.js';
import { isKeras3Operation } from './operation-names.js';

/** Which form of operation an entry of a topology is: a class of Keras 2, or an operation of Keras 3. */
export type OperationForm = 'function' | 'node' | 'keras3';

/** Layers of Keras 3 that share their names with operations, and take a list of tensors where those take two operands. */
const MERGES = /^(Add|Subtract|Multiply|Maximum|Minimum)$/;

/**
 * Whether an entry is an operation, and of which form; undefined for a layer.
 *
 * The native format of Keras 3 names the module of each entry. Its HDF5 files do not. There, an operation differs from a
 * layer of the same name by what it reads, two operands instead of one list, and by its config, which has no dtype. A
 * class that the user has registered is a layer.
 */
export function operationForm(entry: ConfigEntry): OperationForm | undefined {
  const { class_name: className, config } = entry;
  const { module, inbound_nodes: nodes } = entry as { readonly module?: unknown; readonly inbound_nodes?: unknown };
  if (typeof module === 'string' && /^keras\.(src\.)?(ops|activations)\b/.test(module)) return 'keras3';
  if (isOwnClass(className)) return undefined;
  if (className === 'TFOpLambda' || className === 'SlicingOpLambda') return 'function';
  if (className === 'TensorFlowOpLayer') return 'node';
  if (module !== undefined || !Array.isArray(nodes) || nodes.length === 0 || !isKeras3Operation(className))
    return undefined;
  const calls = nodes.filter((node) => isRecord(node) && Array.isArray(node.args)) as {
    readonly args: readonly unknown[];
  }[];
  if (calls.length < nodes.length) return undefined;
  if (MERGES.test(className)) return calls.every(({ args }) => args.length === 2) ? 'keras3' : undefined;
  if (className === 'Reshape') return 'target_shape' in config ? undefined : 'keras3';
  // A Concatenate or a Softmax means the same as a layer.
  if (isBuiltIn(className)) return undefined;
  return 'dtype' in config || 'trainable' in config ? undefined : 'keras3';
}
