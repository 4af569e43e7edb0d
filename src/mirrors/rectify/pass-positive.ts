import * as tf from '@tensorflow/tfjs-core';
import { type Host, runHostKernel, usesHostKernels } from '../../tensors/host-kernel.js';

/**
 * Passes on the signal where what was recorded is above 0 and below a ceiling: the signal times a derivative that is 1
 * there and 0 elsewhere. On wasm, comparisons of tensors take more than ten times as long as this loop.
 */
export function passPositive(
  signal: tf.Tensor,
  recorded: tf.Tensor,
  ceiling: number = Number.POSITIVE_INFINITY,
): tf.Tensor {
  return usesHostKernels() && signal.size === recorded.size
    ? runHostKernel('DeconvnetPassPositive', passPositiveKernel, { signal, recorded }, { ceiling })
    : tf.mul(signal, isPositive(recorded, ceiling));
}

/** 1 where a value is above 0 and below a ceiling, 0 elsewhere. */
export function isPositive(x: tf.Tensor, ceiling: number = Number.POSITIVE_INFINITY): tf.Tensor {
  const above = tf.greater(x, 0);
  return tf.cast(ceiling === Number.POSITIVE_INFINITY ? above : tf.logicalAnd(above, tf.less(x, ceiling)), 'float32');
}

/** It adds up conditions instead of branching on them, because no processor can predict where a feature map is positive. */
function passPositiveKernel(
  host: Host,
  inputs: tf.NamedTensorInfoMap,
  { ceiling }: { readonly ceiling: number },
): tf.TensorInfo {
  const { signal, recorded } = inputs as { signal: tf.TensorInfo; recorded: tf.TensorInfo };
  const out = host.make(signal.shape, 'float32');
  const [from, at, to] = [host.view(signal), host.view(recorded), host.view(out)];
  // Nothing reaches a ceiling that is not a number, so that an infinite value passes where there is no ceiling.
  const end = ceiling === Number.POSITIVE_INFINITY ? Number.NaN : ceiling;
  for (let i = 0; i < to.length; i++) to[i] = from[i]! * (Number(at[i]! > 0) & Number(!(at[i]! >= end)));
  return out;
}
