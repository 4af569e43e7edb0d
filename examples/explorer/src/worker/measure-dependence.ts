import type { Tensor } from '@tensorflow/tfjs-core';
import { type Deconvnet, pictureDependence } from 'deconvnet';
import { readPicture } from './read-picture';

/** A few projections are enough for a sentence, and a person waits for the computer meanwhile. */
const FEW = { maps: 2, positions: 3 } as const;

/** How alike the projections of a layer are in different pictures; null if the signal was aborted. */
export async function measureDependence(
  deconvnet: Deconvnet,
  {
    layer,
    pictures,
    signal,
  }: { readonly layer: string; readonly pictures: readonly Blob[]; readonly signal: AbortSignal },
): Promise<number | null> {
  const images: Tensor[] = [];
  try {
    for (const blob of pictures) {
      const picture = await readPicture(blob).catch(() => null);
      if (picture) images.push(deconvnet.toInput(picture));
    }
    return images.length < 2 ? null : await pictureDependence(deconvnet, images, { layer, ...FEW, signal });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    for (const image of images) image.dispose();
  }
}
