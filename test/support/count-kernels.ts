import * as tf from '@tensorflow/tfjs-core';

/** What some work cost, counted. */
export interface Counts {
  /** Multiply-adds of the convolutions and matrix products that ran, from the shapes that their kernels were given. */
  readonly multiplyAdds: number;
  /** How many convolutions ran. */
  readonly convolutions: number;
  /** The most bytes that tensors took at a time, above those there were before. */
  readonly peakBytes: number;
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Counts what some work costs. */
export async function countKernels(work: () => Promise<unknown>): Promise<Counts> {
  const before = tf.memory().numBytes;
  const { kernels, peakBytes } = await tf.profile(async () => {
    await work();
    return tf.scalar(0);
  });
  const convolutions = kernels.filter(({ name }) => /^(Fused)?Conv[23]D$/.test(name));
  const products = kernels.filter(({ name }) => name === 'BatchMatMul');
  const each = [
    ...convolutions.map(({ inputShapes: [, kernel], outputShapes: [out] }) => {
      return (product(kernel!) * product(out!)) / out!.at(-1)!;
    }),
    ...products.map(({ inputShapes: [left], outputShapes: [out] }) => (product(left!) / out!.at(-2)!) * product(out!)),
  ];
  return {
    multiplyAdds: each.reduce((a, b) => a + b, 0),
    convolutions: convolutions.length,
    peakBytes: peakBytes - before,
  };
}
