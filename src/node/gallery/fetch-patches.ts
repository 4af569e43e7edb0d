import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { Picture } from '../../input/picture.js';
import { type ImageLookup, pull } from '../../mine/image-source.js';
import type { Patch } from '../../mine/patch.js';
import { wholeRegion } from '../../regions/region.js';
import { cutTile } from './tile-window.js';

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
  const wanted = new Map(patches.map((patch) => [patch.id, patch]));
  const drawn = new Map<string, Picture>();
  const draw = async (id: string, image: Tensor): Promise<void> => {
    try {
      const { receptiveField } = wanted.get(id)!;
      const picture = await deconvnet.toPicture(image);
      const whole = wholeRegion([picture.height, picture.width]);
      const cut = { field: whole, window: receptiveField, inside: whole, fill: TRANSPARENT };
      drawn.set(id, cutTile(picture, cut));
    } finally {
      image.dispose();
    }
  };
  if (typeof source === 'function') {
    for (const id of wanted.keys()) await draw(id, await source(id));
    return drawn;
  }
  if (wanted.size === 0) return drawn;
  for await (const { id, image } of pull(source)) {
    if (wanted.has(id) && !drawn.has(id)) await draw(id, image);
    else image.dispose();
    if (drawn.size === wanted.size) break;
  }
  return drawn;
}
