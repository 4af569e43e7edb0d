/** Values of model input that were read from a file. */
export interface Signal {
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly values: Float32Array;
}
