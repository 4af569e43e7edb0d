/** How a model is loaded. */
export interface LoadOptions {
  /**
   * Takes what a person should know of a model that loads, a sentence a call: which of its layers were left out because
   * no output needs them, and where TensorFlow.js computes something else than Keras. `console.warn` by default.
   */
  readonly warn?: (message: string) => void;
}
