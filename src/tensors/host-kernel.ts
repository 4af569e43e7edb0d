import * as tf from '@tensorflow/tfjs-core';

/** Backends that keep tensors in the memory of this process, so that a plain loop can read and write them. */
type HostBackend = 'cpu' | 'wasm';

type Values = Float32Array | Int32Array;

/** What a kernel in plain loops needs from a backend: one way to make tensors and one to view their values. */
export interface Host {
  make(shape: number[], dtype: 'float32' | 'int32'): tf.TensorInfo;
  /** The values of a tensor. Call it after all tensors are made, because making another one may move the values. */
  view(tensor: tf.TensorInfo): Values;
}

interface CpuBackend {
  readonly data: { get(dataId: tf.TensorInfo['dataId']): { values: Values } };
  makeTensorInfo(shape: number[], dtype: string, values: Values): tf.TensorInfo;
}

interface WasmBackend {
  makeOutput(shape: number[], dtype: string): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Values;
}

const HOSTS: Readonly<Record<HostBackend, (backend: unknown) => Host>> = {
  cpu: (backend) => {
    const cpu = backend as CpuBackend;
    return {
      make(shape, dtype) {
        const cells = shape.reduce((a, b) => a * b, 1);
        return cpu.makeTensorInfo(shape, dtype, dtype === 'int32' ? new Int32Array(cells) : new Float32Array(cells));
      },
      view: (tensor) => cpu.data.get(tensor.dataId).values,
    };
  },
  wasm: (backend) => {
    const wasm = backend as WasmBackend;
    return {
      make: (shape, dtype) => wasm.makeOutput(shape, dtype),
      view: (tensor) => wasm.typedArrayFromHeap(tensor),
    };
  },
};

/** A kernel that works on host memory. It takes tensors and attributes, and returns one tensor. */
type HostKernel<Attrs> = (host: Host, inputs: tf.NamedTensorInfoMap, attrs: Attrs) => tf.TensorInfo;

/** Whether kernels in plain loops can run on the current backend. If they can, they are faster than composed operations. */
export function usesHostKernels(): boolean {
  return Object.hasOwn(HOSTS, tf.getBackend());
}

/** Runs a kernel of this library on the current backend. The first call registers it there. */
export function runHostKernel<Attrs extends object>(
  kernelName: string,
  kernel: HostKernel<Attrs>,
  inputs: tf.NamedTensorMap,
  attrs: Attrs,
): tf.Tensor {
  const backendName = tf.getBackend() as HostBackend;
  // Two copies of this library (ESM and CJS) may share one tfjs. The first one that runs registers the kernel.
  if (!tf.getKernel(kernelName, backendName)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs: given, backend, attrs: options }) =>
        kernel(HOSTS[backendName](backend), given as tf.NamedTensorInfoMap, options as unknown as Attrs),
    });
  }
  return tf.engine().runKernel(kernelName, inputs, attrs as unknown as tf.NamedAttrMap) as tf.Tensor;
}
