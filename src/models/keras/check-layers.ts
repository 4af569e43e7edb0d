import { type ConfigEntry, entriesIn, isLayerClass } from './config-entry.js';
import { operationForm } from './operations/is-operation.js';
import { registerClass } from './register-class.js';
import { layerError, type RepairScope } from './repair-scope.js';

/** Classes that contain Python code. Operations are translated where they stand among the layers of a functional model. */
const CODE = ['Lambda', 'Operation', 'ClassMethod'];

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
      `is a ${entry.class_name}: Python code, which TensorFlow.js cannot run. Build the network from layers instead (Add for +, Rescaling for * and -, Activation, Concatenate, Reshape ...), or give a class of that name that computes the same.`,
      registerClass(entry.class_name),
    );
  }
  for (const inner of entriesIn(entry)) checkLayers(inner, scope);
}

/** Whether an entry is code, and not an operation that can be translated. */
function isCode(entry: ConfigEntry): boolean {
  return CODE.includes(entry.class_name) && !isLayerClass(entry.class_name) && operationForm(entry) === undefined;
}
