import { reshape, type Tensor } from '@tensorflow/tfjs-core';

/** Another handle on the same values, disposed by itself. `tf.clone` would copy them on wasm. */
export function alias<Kind extends Tensor>(x: Kind): Kind {
  return reshape(x, x.shape) as Tensor as Kind;
}

/**
 * A tensor that some work gave back, as ours to dispose: itself if the work made it, another handle if it was there
 * before. Handles count as bytes of their own where memory is measured.
 *
 * @param given - What the work was given, made before it.
 */
export function ownedSince<Kind extends Tensor>(x: Kind, given: readonly Tensor[]): Kind {
  // A variable is its maker's, whenever it was made.
  const isKept = x.kept || 'trainable' in x;
  return !isKept && given.every(({ id }) => id < x.id) ? x : alias(x);
}
