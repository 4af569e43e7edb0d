import * as tf from '@tensorflow/tfjs-core';
import { hasSameBits } from './has-same-bits.js';
import { KERNEL_BASE64 } from './kernel-base64.js';
import { type Convolution, type Kernel, skipZeros, type WasmBackend } from './zero-skipper.js';

/** The inputs and options of TensorFlow.js's kernels `Conv2D` and `FusedConv2D`, as far as they are read here. */
interface ConvolutionCall {
  readonly inputs: {
    readonly x: tf.TensorInfo;
    readonly filter: tf.TensorInfo;
    readonly bias?: tf.TensorInfo | null;
    readonly preluActivationWeights?: tf.TensorInfo | null;
  };
  readonly attrs: {
    readonly strides: number | [number, number];
    readonly dilations: number | [number, number];
    readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
    readonly dataFormat?: string;
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
    readonly activation?: string;
  };
}

/** What the activation functions that our kernel computes limit the outputs to. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  linear: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
};

/** The compiled kernel in each backend that has it. It is bound to the memory of that backend. */
const kernels = new WeakMap<object, Kernel>();

/**
 * Lets the wasm backend that is in use skip the zeros of what it convolves, wherever that is faster. The results keep
 * their bits. It replaces the kernels `Conv2D` and `FusedConv2D` of the backend by kernels that choose for each call.
 *
 * @returns false if that is not possible here: without SIMD, if several threads share the memory, or if TensorFlow.js
 * adds in another order than expected. Then nothing changes.
 */
export async function useZeroSkipping(): Promise<boolean> {
  const backend = tf.backend() as unknown as WasmBackend;
  if (kernels.has(backend)) return true;
  const memory = memoryOf(backend);
  if (!memory || !(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) return false;
  const { instance } = await WebAssembly.instantiate(bytesOf(KERNEL_BASE64), { env: { memory } });
  const kernel = instance.exports as unknown as Kernel;
  if (!(await hasSameBits(kernel, backend))) return false;
  kernels.set(backend, kernel);
  replace('Conv2D');
  replace('FusedConv2D');
  return true;
}

/** The memory of a backend; undefined if threads share it, or if it is not where TensorFlow.js 4.22 has it. */
export function memoryOf({ wasm }: WasmBackend): WebAssembly.Memory | undefined {
  const memory = Object.values(wasm.asm ?? {}).find((value) => value instanceof WebAssembly.Memory);
  return memory?.buffer instanceof ArrayBuffer && memory.buffer === wasm.HEAPU8.buffer ? memory : undefined;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Marks our kernels, because two copies of this library (ESM and CJS) may share one TensorFlow.js. */
const MARK = Symbol.for('deconvnet.skips-zeros');

function replace(kernelName: string): void {
  const config = tf.getKernel(kernelName, 'wasm');
  if (!config || MARK in config.kernelFunc) return;
  const choose: tf.KernelFunc = (call) => {
    const { inputs, attrs, backend } = call as unknown as ConvolutionCall & { backend: WasmBackend };
    const kernel = kernels.get(backend);
    const convolution = kernel && convolutionOf({ inputs, attrs });
    return (convolution && skipZeros(kernel, backend, convolution)) ?? config.kernelFunc(call);
  };
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...config, kernelFunc: Object.assign(choose, { [MARK]: true }) });
}

/** A call in the form of `skipZeros`; undefined if it has options that our kernel does not have. */
function convolutionOf({ inputs, attrs }: ConvolutionCall): Convolution | undefined {
  const { x, filter, bias, preluActivationWeights } = inputs;
  const { strides, dilations, pad, dataFormat = 'NHWC', dimRoundingMode, activation = 'linear' } = attrs;
  const range = RANGES[activation];
  const isPlain = dataFormat === 'NHWC' && !dimRoundingMode && !preluActivationWeights;
  if (!range || !isPlain || [x, filter, bias].some((tensor) => tensor && tensor.dtype !== 'float32')) return undefined;
  const shapes = [x.shape, filter.shape] as [[number, number, number, number], [number, number, number, number]];
  const info = tf.backend_util.computeConv2DInfo(...shapes, strides, dilations, pad);
  return { x, filter, bias: bias ?? undefined, info, lowest: range[0], highest: range[1] };
}
