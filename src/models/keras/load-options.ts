import { checkCallback, checkKeys } from '../../errors/check-options.js';

/** How a model is loaded. */
export interface LoadOptions {
  /**
   * Takes what a person should know of a model that loads, one sentence per call: which of its layers were left out because
   * no output needs them, and where TensorFlow.js computes something else than Keras. `console.warn` by default.
   */
  readonly warn?: (message: string) => void;
}

/**
 * Where the warnings of a load go.
 *
 * @param caller the function that was given the options
 * @throws DeconvnetError `invalid-option`.
 */
export function checkWarn(caller: string, options: LoadOptions): (message: string) => void {
  checkKeys(caller, options, ['warn'] satisfies readonly (keyof LoadOptions)[]);
  checkCallback('warn', options.warn);
  return options.warn ?? console.warn;
}
