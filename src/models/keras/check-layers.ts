import { type ConfigEntry, entriesIn, isLayerClass } from './config-entry.js';
import { layerError, type RepairScope } from './repair-scope.js';

/** Classes that contain Python code, or an operation of TensorFlow or Keras that is not a layer. */
const CODE = ['Lambda', 'TFOpLambda', 'SlicingOpLambda', 'TensorFlowOpLayer', 'Operation', 'ClassMethod'];

/**
 * Checks that no layer contains code, because a repair cannot replace code.
 *
 * @throws DeconvnetError `unsupported-layer`.
 */
export function checkLayers(entry: ConfigEntry, scope: RepairScope): void {
  if (isCode(entry)) {
    throw layerError(
      scope,
      entry,
      'unsupported-layer',
      `is a ${entry.class_name}: Python code, or an operation of Keras that is not a layer, which TensorFlow.js cannot run. Build the network from layers instead (Add for +, Rescaling for * and -, Activation, Concatenate, Reshape ...), or write a layer class of your own and register it both in Keras and in TensorFlow.js.`,
    );
  }
  for (const inner of entriesIn(entry)) checkLayers(inner, scope);
}

/** Whether an entry is code. In the native format of Keras 3 an operation names the module of Keras that it comes from. */
function isCode(entry: ConfigEntry): boolean {
  const { module } = entry as { readonly module?: unknown };
  if (isLayerClass(entry.class_name)) return false;
  return CODE.includes(entry.class_name) || (typeof module === 'string' && /^keras\.(src\.)?ops\b/.test(module));
}
