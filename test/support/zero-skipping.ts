import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { selectBackend } from 'deconvnet/backends';
import type { WasmBackend } from '../../src/backends/zeros/zero-skipper.js';

export type Kernel = (call: { inputs: object; attrs: object; backend: unknown }) => tf.TensorInfo;
export type Shape4 = [number, number, number, number];

export interface Case {
  readonly x: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
  readonly bias?: tf.Tensor1D;
  readonly strides?: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad?: 'same' | 'valid' | tf.backend_util.ExplicitPadding;
  readonly activation?: string;
}

/** The bits of a convolution by the kernels that choose and by those of TensorFlow.js, and whether ours was chosen. */
type Convolved = {
  readonly bits: Int32Array;
  readonly expected: Int32Array;
  readonly isOurs: boolean;
};

/** The kernels that ours are laid over. */
export const NAMES: readonly string[] = ['Conv2D', 'FusedConv2D'];
/** The kernels of TensorFlow.js, and how often they ran. */
export const theirs: Map<string, Kernel> = new Map();
let ran = 0;

/** Starts wasm as an app does, and returns its backend. */
export async function startWasm(): Promise<WasmBackend> {
  // Our kernels are laid over these, which count.
  for (const name of NAMES) {
    const config = tf.getKernel(name, 'wasm');
    theirs.set(name, config.kernelFunc as unknown as Kernel);
    replaceKernel(name, (call) => {
      ran++;
      return theirs.get(name)!(call);
    });
  }
  await selectBackend({ prefer: ['wasm'] });
  return backendInUse();
}

const backendInUse = (): WasmBackend => tf.backend() as unknown as WasmBackend;

export function replaceKernel(name: string, kernel: Kernel): Kernel {
  const config = tf.getKernel(name, 'wasm');
  tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({ ...config, kernelFunc: kernel as never });
  return config.kernelFunc as unknown as Kernel;
}

/** Runs a convolution by the kernels that choose and by those of TensorFlow.js. */
export function convolve({ x, filter, bias, ...options }: Case): Convolved {
  const attrs = { strides: 1, dilations: 1, pad: 'valid', dataFormat: 'NHWC', activation: 'linear', ...options };
  const name = bias ? 'FusedConv2D' : 'Conv2D';
  const backend = backendInUse();
  const bitsBy = (kernel: Kernel): Int32Array => {
    const made = kernel({ inputs: bias ? { x, filter, bias } : { x, filter }, attrs, backend });
    const bits = new Int32Array(backend.typedArrayFromHeap(made).slice().buffer);
    backend.disposeData(made.dataId);
    return bits;
  };
  ran = 0;
  const bits = bitsBy(tf.getKernel(name, 'wasm').kernelFunc as unknown as Kernel);
  return { bits, isOurs: ran === 0, expected: bitsBy(theirs.get(name)!) };
}

let state = 7;
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

/** Random numbers, of which a share is not zero. */
export function values(shape: readonly number[], share = 1): Float32Array {
  return Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () =>
    random() < share ? random() - 0.4 : random() < 0.5 ? 0 : -0,
  );
}

export const image = (shape: Shape4, share: number): tf.Tensor4D => tf.tensor4d(values(shape, share), shape);
export const weights = (shape: Shape4): tf.Tensor4D => tf.tensor4d(values(shape), shape);

/** Numbers that replace one of a convolution, and the number of its feature maps. */
export interface Change {
  readonly x?: number;
  readonly filter?: number;
  readonly bias?: number;
  readonly maps?: number;
}

/** A convolution for which our kernel is chosen, with some of its numbers replaced. */
export function special(change: Change, options: Partial<Case> = {}): Convolved {
  const [x, filter, bias] = [
    values([1, 14, 14, 16], 0.1),
    values([3, 3, 16, change.maps ?? 32]),
    values([change.maps ?? 32]),
  ];
  // The number and the weight are multiplied: they are of the same channel, and the weight is that of the first tap.
  if (change.x !== undefined) x[4 * 16 + 13] = change.x;
  if (change.filter !== undefined) filter[13 * 32 + 9] = change.filter;
  if (change.bias !== undefined) bias[5] = change.bias;
  return tf.tidy(() =>
    convolve({
      x: tf.tensor4d(x, [1, 14, 14, 16]),
      filter: tf.tensor4d(filter, [3, 3, 16, change.maps ?? 32]),
      bias: tf.tensor1d(bias),
      ...options,
    }),
  );
}
