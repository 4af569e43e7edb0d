import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { Picture } from '../../input/picture.js';
import { type ImageLookup, pull } from '../../mine/image-source.js';
import type { Patch } from '../../mine/patch.js';
import { wholeRegion } from '../../regions/region.js';
import { cutTile } from '../pictures/tile-window.js';

const TRANSPARENT = [0, 0, 0, 0] as const;

/**
 * Draws patches whose pixels were not kept. Their images come from a source: a function from an id, or an iterable that is
 * read until all images have come. The images are disposed. Each picture has the size of its receptive field, and is
 * transparent outside of the image.
 *
 * @returns the pictures by id; if an iterable does not have an image, its picture is missing
 */
export async function fetchPatches(
  deconvnet: Deconvnet,
  patches: readonly Patch[],
  source: ImageLookup,
): Promise<ReadonlyMap<string, Picture>> {
  return fetchImages(patches, source, async ({ receptiveField }, image) => {
    const picture = await deconvnet.toPicture(image);
    const whole = wholeRegion([picture.height, picture.width]);
    return cutTile(picture, { field: whole, window: receptiveField, inside: whole, fill: TRANSPARENT });
  });
}

/** Gets the signals of patches whose samples were not kept, as `fetchPatches` does. Each has all samples of its signal. */
export async function fetchSignals(
  patches: readonly Patch[],
  source: ImageLookup,
): Promise<ReadonlyMap<string, Patch>> {
  return fetchImages(patches, source, async (patch, image) => {
    // Sources give images with or without a batch axis of 1; a signal has samples, and perhaps channels.
    const shape = image.shape.slice(image.rank - 1 - patch.receptiveField.size.length);
    return {
      ...patch,
      pixels: { data: (await image.data()) as Float32Array, shape, start: shape.length > 1 ? [0] : [] },
    };
  });
}

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
    const image = await readOrNothing(source, id);
    if (image) await eachImage(new Set([id]), () => image, show);
  }
}

/** The image of an id; undefined if the function fails, because the file may have been moved or damaged since it was mined. */
async function readOrNothing(
  source: (id: string) => Tensor | Promise<Tensor>,
  id: string,
): Promise<Tensor | undefined> {
  try {
    return await source(id);
  } catch {
    return undefined;
  }
}

async function fetchImages<Result>(
  patches: readonly Patch[],
  source: ImageLookup,
  use: (patch: Patch, image: Tensor) => Promise<Result>,
): Promise<ReadonlyMap<string, Result>> {
  const wanted = new Map(patches.map((patch) => [patch.id, patch]));
  const results = new Map<string, Result>();
  await eachImage(new Set(wanted.keys()), source, async (id, image) => {
    results.set(id, await use(wanted.get(id)!, image));
  });
  return results;
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
