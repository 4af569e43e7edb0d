import { type ConfigEntry, entriesIn, isLayerClass } from './config-entry.js';
import { layerError, type RepairScope } from './repair-scope.js';

/** Layers that contain Python code, or an operation of TensorFlow or Keras that is not a layer. */
const CODE = ['Lambda', 'TFOpLambda', 'SlicingOpLambda', 'TensorFlowOpLayer', 'Operation', 'ClassMethod'];

/**
 * Checks that no layer is code, which no repair can help.
 *
 * @throws DeconvnetError `unsupported-layer`.
 */
export function checkLayers(entry: ConfigEntry, scope: RepairScope): void {
  if (isCode(entry)) {
    throw layerError(
      scope,
      entry,
      'unsupported-layer',
      `is a ${entry.class_name}: Python code, or an operation of Keras that is not a layer, which TensorFlow.js cannot run. Build the network of layers instead (Add for +, Rescaling for * and -, Activation, Concatenate, Reshape ...), or of a class of your own that is registered on both sides.`,
    );
  }
  for (const inner of entriesIn(entry)) checkLayers(inner, scope);
}

/** In the native format an operation says which module of Keras it is from. */
function isCode(entry: ConfigEntry): boolean {
  const { module } = entry as { readonly module?: unknown };
  if (isLayerClass(entry.class_name)) return false;
  return CODE.includes(entry.class_name) || (typeof module === 'string' && /^keras\.(src\.)?ops\b/.test(module));
}
