import type { Tensor } from '@tensorflow/tfjs-core';
import type { ImageFunction } from '../../mine/image-source.js';

/**
 * Makes a function from an id to an image that gives undefined where the given function fails. The file of a picture may
 * have been moved or damaged since it was mined.
 */
export function orNothing(source: ImageFunction): ((id: string) => Promise<Tensor>) & ImageFunction {
  const orUndefined = async (id: string): Promise<Tensor> => {
    try {
      return await source(id);
    } catch {
      // A source that does not have an image gives undefined, whatever its type says.
      return undefined as unknown as Tensor;
    }
  };
  return Object.assign(orUndefined, { concurrency: source.concurrency ?? 1 });
}
