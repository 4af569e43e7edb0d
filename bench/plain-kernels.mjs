import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';

/** The kernels of TensorFlow.js that `useBackend` lays others over. They are kept before that happens. */
const theirs = ['Conv2D', 'FusedConv2D'].map((name) => tf.getKernel(name, 'wasm'));

/** Does some work with the kernels of TensorFlow.js alone. */
export async function withPlainKernels(work) {
  const ours = theirs.map(({ kernelName }) => tf.getKernel(kernelName, 'wasm'));
  replaceBy(theirs);
  try {
    return await work();
  } finally {
    replaceBy(ours);
  }
}

function replaceBy(kernels) {
  for (const kernel of kernels) {
    tf.unregisterKernel(kernel.kernelName, 'wasm');
    tf.registerKernel(kernel);
  }
}
