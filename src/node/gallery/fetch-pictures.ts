import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { Picture } from '../../input/picture.js';
import { type ImageLookup, pull } from '../../mine/image-source.js';
import { orNothing } from '../projecting/or-nothing.js';

/**
 * Reads pictures one after the other, each once, and calls `use` with each. Pictures that the source does not have, or that
 * a function from an id cannot read, are left out.
 */
export async function fetchPictures(
  deconvnet: Deconvnet,
  ids: ReadonlySet<string>,
  source: ImageLookup,
  use: (id: string, picture: Picture) => Promise<void>,
): Promise<void> {
  const show = async (id: string, image: Tensor): Promise<void> => use(id, await deconvnet.toPicture(image));
  if (typeof source !== 'function') return eachImage(ids, source, show);
  for (const id of ids) {
    const image: Tensor | undefined = await orNothing(source)(id);
    if (image) await eachImage(new Set([id]), () => image, show);
  }
}

/** Calls `use` with each of the images that the source has, and disposes it. */
async function eachImage(
  ids: ReadonlySet<string>,
  source: ImageLookup,
  use: (id: string, image: Tensor) => Promise<void>,
): Promise<void> {
  const take = async (id: string, image: Tensor): Promise<void> => {
    try {
      await use(id, image);
    } finally {
      image.dispose();
    }
  };
  if (typeof source === 'function') {
    for (const id of ids) await take(id, await source(id));
    return;
  }
  const left = new Set(ids);
  if (left.size === 0) return;
  for await (const { id, image } of pull(source)) {
    if (left.delete(id)) await take(id, image);
    else image.dispose();
    if (left.size === 0) break;
  }
}
