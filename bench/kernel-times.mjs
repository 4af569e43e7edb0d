import * as tf from '@tensorflow/tfjs-core';

/**
 * The kernels that take most time in some work, in milliseconds, summed by name; undefined where the backend cannot
 * measure them. A graphics card measures them if it has timestamp queries.
 */
export async function kernelTimes(work, most = 4) {
  const backend = tf.backend();
  const measures = tf.getBackend() === 'webgpu' ? backend.supportTimestampQuery : backend.timerAvailable();
  if (!measures) return undefined;
  const { kernels } = await tf.profile(async () => {
    await work();
    return tf.scalar(0);
  });
  const sums = new Map();
  for (const { name, kernelTimeMs } of kernels) {
    // An operation that consists of kernels is listed beside them, and a time that is not a number is an error.
    if (name.endsWith('__op') || typeof kernelTimeMs !== 'number') continue;
    sums.set(name, (sums.get(name) ?? 0) + kernelTimeMs);
  }
  const longest = [...sums].sort(([, a], [, b]) => b - a).slice(0, most);
  return Object.fromEntries([...longest, ['all kernels', [...sums.values()].reduce((a, b) => a + b, 0)]]);
}
