import { DeconvnetError } from '../errors.js';
import { type ConfigEntry, entriesIn, nameOf } from './config-entry.js';

/** Layers that hold Python code, or an operation of TensorFlow or Keras that is no layer. */
const CODE = ['Lambda', 'TFOpLambda', 'SlicingOpLambda', 'TensorFlowOpLayer', 'Operation', 'ClassMethod'];

/**
 * Checks what no repair can help: layers that are code, and options that TensorFlow.js would drop without a word.
 *
 * @param subject what the message calls the model
 * @throws DeconvnetError `unsupported-layer`, `unsupported-option`.
 */
export function checkLayers(entry: ConfigEntry, subject: string): void {
  const { class_name, config } = entry;
  const layer = nameOf(entry);
  if (isCode(entry)) {
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${layer}' of ${subject} is a ${class_name}: Python code, or an operation of Keras that is no layer, which TensorFlow.js cannot run. Build the network of layers instead (Add for +, Rescaling for * and -, Activation, Concatenate, Reshape ...), or of a class of your own that is registered on both sides.`,
      { layer },
    );
  }
  if (class_name.startsWith('Global') && config.keepdims === true) {
    throw new DeconvnetError(
      'unsupported-option',
      `Layer '${layer}' of ${subject} is a ${class_name} with keepdims=True, which TensorFlow.js drops without a word. Build it of ${class_name}() and Reshape((1, 1, channels)), which have no weights, and convert again.`,
      { layer },
    );
  }
  for (const inner of entriesIn(entry)) checkLayers(inner, subject);
}

/** In the native format an operation says which module of Keras it is from. */
function isCode(entry: ConfigEntry): boolean {
  const { module } = entry as { readonly module?: unknown };
  return CODE.includes(entry.class_name) || (typeof module === 'string' && /^keras\.(src\.)?ops\b/.test(module));
}
