import * as tf from '@tensorflow/tfjs-core';

/**
 * Counts what some work asks of the backend: calls of kernels, programs of the graphics card (shaders that were
 * started), and read-backs (tensors whose values were fetched from the backend). `byKernel` has the calls of each kernel.
 *
 * @param isCounted tells which calls of kernels count, from the name of the kernel and its inputs; by default all do
 */
export async function countCalls(work, isCounted = () => true) {
  const counts = { kernels: 0, programs: 0, reads: 0, byKernel: new Map() };
  const engine = tf.engine();
  const backend = tf.backend();
  const restore = [
    replace(engine, 'runKernel', (name, inputs) => {
      if (!isCounted(name, inputs)) return;
      counts.kernels++;
      counts.byKernel.set(name, (counts.byKernel.get(name) ?? 0) + 1);
    }),
    ...['runWebGPUProgram', 'runWebGLProgram'].map((name) => replace(backend, name, () => counts.programs++)),
    replace(backend, 'read', () => counts.reads++),
  ];
  try {
    await work();
  } finally {
    for (const put of restore) put();
  }
  return counts;
}

/**
 * Counts the ways up that some work takes: how often a convolution reads the weights of the first convolution. The way
 * down reads weights that were prepared from these.
 */
export async function countWaysUp(model, work) {
  const first = model.layers.find((layer) => layer.getClassName() === 'Conv2D');
  const { dataId } = first.getWeights()[0];
  const isUp = (name, inputs) => /conv/i.test(name) && Object.values(inputs).some((input) => input?.dataId === dataId);
  return (await countCalls(work, isUp)).kernels;
}

/** Calls a function before each call of a method. Returns a function that undoes this. */
function replace(object, name, before) {
  const method = object[name];
  if (method === undefined) return () => undefined;
  const isOwn = Object.hasOwn(object, name);
  object[name] = function (...args) {
    before(...args);
    return method.apply(this, args);
  };
  return () => {
    if (isOwn) object[name] = method;
    else delete object[name];
  };
}
