import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { Picture } from '../../input/picture.js';
import { type ImageLookup, lookUpAhead, pull } from '../../mine/image-source.js';
import { orNothing } from '../projecting/or-nothing.js';

/**
 * Reads pictures, each once, and calls `use` with one after the other. Pictures that the source does not have, or that
 * a function from an id cannot read, are left out.
 */
export async function fetchPictures(
  deconvnet: Deconvnet,
  ids: ReadonlySet<string>,
  source: ImageLookup,
  use: (id: string, picture: Picture) => Promise<void>,
): Promise<void> {
  const show = async (id: string, image: Tensor): Promise<void> => {
    try {
      await use(id, await deconvnet.toPicture(image));
    } finally {
      image.dispose();
    }
  };
  if (typeof source === 'function') {
    const images = lookUpAhead([...ids], orNothing(source), source.concurrency);
    for await (const { item: id, image } of images) if (image) await show(id, image);
    return;
  }
  const left = new Set(ids);
  if (left.size === 0) return;
  for await (const { id, image } of pull(source)) {
    if (left.delete(id)) await show(id, image);
    else image.dispose();
    if (left.size === 0) break;
  }
}
