import * as tf from '@tensorflow/tfjs-core';
import { convolveNonZero, countNonZero, type Kernel, type WasmBackend } from './zero-skipper.js';

type Shape4 = [number, number, number, number];

/** The shapes of an input and of a kernel: a kernel of several cells, and one of a single cell. */
const CASES: readonly (readonly [Shape4, Shape4])[] = [
  [
    [2, 5, 6, 13],
    [3, 3, 13, 44],
  ],
  [
    [1, 5, 5, 37],
    [1, 1, 37, 11],
  ],
];

/**
 * Whether our kernel gives the same bits as the one of TensorFlow.js on this machine. TensorFlow.js has kernels for
 * several kinds of processors, and a later version may add in another order.
 */
export async function hasSameBits(kernel: Kernel, backend: WasmBackend): Promise<boolean> {
  for (const shapes of CASES) if (!(await agrees(kernel, backend, ...shapes))) return false;
  return true;
}

async function agrees(kernel: Kernel, backend: WasmBackend, shape: Shape4, filterShape: Shape4): Promise<boolean> {
  const x = tf.tensor4d(noise(shape, 0.3), shape);
  const filter = tf.tensor4d(noise(filterShape, 1), filterShape);
  const bias = tf.tensor1d(noise([filterShape[3]], 1));
  const expected = tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same', activation: 'relu' });
  try {
    const theirs = new Int32Array((await expected.data<'float32'>()).slice().buffer);
    const info = tf.backend_util.computeConv2DInfo(shape, filterShape, 1, 1, 'same');
    const nonZero = countNonZero(kernel, backend, x)!;
    const relu = { lowest: 0, highest: Number.POSITIVE_INFINITY };
    const made = convolveNonZero(kernel, backend, { x, filter, bias, info, ...relu }, nonZero);
    if (!made) return false;
    const ours = new Int32Array(backend.typedArrayFromHeap(made).slice().buffer);
    backend.disposeData(made.dataId);
    return theirs.every((bits, i) => bits === ours[i]);
  } finally {
    tf.dispose([x, filter, bias, expected]);
  }
}

/** Numbers from -0.5 to 0.5 that are the same in every run. Beyond a share of them, they are zero. */
function noise(shape: readonly number[], share: number): Float32Array {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (next() < share ? next() - 0.5 : 0));
}
