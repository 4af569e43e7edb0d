import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Makes a function from an id to an image that gives undefined where the given function fails. The file of a picture may
 * have been moved or damaged since it was mined.
 */
export function orNothing(source: (id: string) => Tensor | Promise<Tensor>): (id: string) => Promise<Tensor> {
  return async (id) => {
    try {
      return await source(id);
    } catch {
      // A source that does not have an image gives undefined, whatever its type says.
      return undefined as unknown as Tensor;
    }
  };
}
