import { type DataTypeMap, engine, getBackend, type Tensor, type TensorInfo, tensor } from '@tensorflow/tfjs-core';

/** The types of values that can be written. */
export type WritableType = 'float32' | 'int32' | 'bool';

/** A new tensor whose values come in pieces. */
export interface TensorWriter {
  /** Copies bytes of the values to a place that is counted in bytes. */
  set(bytes: Uint8Array, at: number): void;
  /** The tensor, when all values have been set. */
  finish(): Tensor;
  /** Frees the memory, if the tensor is not wanted any more. */
  abandon(): void;
}

interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: string): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): DataTypeMap[WritableType];
}

/**
 * Makes a tensor from pieces. On wasm they are written to the memory of the backend at once, because `tf.tensor` would need
 * all values in an array first, and would then copy them. Other backends take over the array.
 */
export function tensorWriter(shape: readonly number[], dtype: WritableType): TensorWriter {
  return getBackend() === 'wasm' ? wasmWriter(shape, dtype) : arrayWriter(shape, dtype);
}

function wasmWriter(shape: readonly number[], dtype: WritableType): TensorWriter {
  const backend = engine().backend as unknown as WasmBackend;
  const info = backend.makeOutput(shape, dtype);
  const made = engine().makeTensorFromTensorInfo(info);
  return {
    set(bytes, at) {
      // The view is made each time, because other tensors may have made the memory grow, which detaches older views.
      const { buffer, byteOffset, byteLength } = backend.typedArrayFromHeap(info);
      new Uint8Array(buffer, byteOffset, byteLength).set(bytes, at);
    },
    finish: () => made,
    abandon: () => made.dispose(),
  };
}

function arrayWriter(shape: readonly number[], dtype: WritableType): TensorWriter {
  const size = shape.reduce((product, length) => product * length, 1);
  const values =
    dtype === 'float32' ? new Float32Array(size) : dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
  const target = new Uint8Array(values.buffer);
  return {
    set: (bytes, at) => target.set(bytes, at),
    finish: () => tensor(values, [...shape], dtype),
    abandon: () => undefined,
  };
}
