import { type TensorContainer, tidy } from '@tensorflow/tfjs-core';

/** `tf.tidy` for results of any type: tensors inside nested arrays and objects survive; all others are freed. */
export function tidied<Result>(work: () => Result): Result {
  return tidy(work as () => TensorContainer) as Result;
}
