import { reshape, type Tensor } from '@tensorflow/tfjs-core';

/**
 * A second tensor that shares the values of the first and is disposed independently. `tf.clone` would do the same, but
 * copies the values on wasm.
 */
export function alias<Kind extends Tensor>(x: Kind): Kind {
  return reshape(x, x.shape) as Tensor as Kind;
}

/**
 * Makes a tensor that a function returned ours to dispose: the tensor itself if the function made it, or a second
 * handle if the tensor existed before. A handle is made only if it is needed, because `tf.memory()` counts the bytes
 * of each.
 *
 * @param given - the tensors that the function received, all made before it ran
 */
export function ownedSince<Kind extends Tensor>(x: Kind, given: readonly Tensor[]): Kind {
  // A variable belongs to its maker, whenever it was made.
  const isKept = x.kept || 'trainable' in x;
  return !isKept && given.every(({ id }) => id < x.id) ? x : alias(x);
}
