import { checkCallback, checkKeys } from '../../errors/check-options.js';

/** How a model is loaded. */
export interface LoadOptions {
  /**
   * Called with each warning about a model that loads nevertheless: which layers were left out because no output needs
   * them, and where TensorFlow.js computes other values than Keras. `console.warn` by default.
   */
  readonly warn?: (message: string) => void;
}

/**
 * The function that receives the warnings of a load.
 *
 * @param caller the name of the function that received the options, for messages
 * @throws DeconvnetError `invalid-option`.
 */
export function checkWarn(caller: string, options: LoadOptions): (message: string) => void {
  checkKeys(caller, options, ['warn'] satisfies readonly (keyof LoadOptions)[]);
  checkCallback('warn', options.warn);
  return options.warn ?? console.warn;
}
