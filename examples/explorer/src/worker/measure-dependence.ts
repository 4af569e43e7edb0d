import type { Tensor } from '@tensorflow/tfjs-core';
import { chooseRule, type Deconvnet, pictureDependence } from 'deconvnet';
import type { DependenceRequest, DependenceView } from '../protocol';
import { readPicture } from './read-picture';

/** What is measured, and where. */
interface Measurement {
  readonly deconvnet: Deconvnet;
  /** Whether the rule of the Deconvnet is `deconvnet`. */
  readonly isPlain: boolean;
  readonly signal: AbortSignal;
}

/** How alike the projections of a layer are in different pictures; null if the signal was aborted. */
export async function measureDependence(
  { deconvnet, isPlain, signal }: Measurement,
  { layer, pictures, known }: DependenceRequest,
): Promise<DependenceView | null> {
  const images: Tensor[] = [];
  try {
    const isKnown = deconvnet.layers.find(({ name }) => name === layer)?.dependsOnPicture === false;
    for (const blob of isKnown ? [] : pictures) {
      const picture = await readPicture(blob).catch(() => null);
      if (picture) images.push(deconvnet.toInput(picture));
    }
    if (!isKnown && images.length < 2) return null;
    if (isPlain) {
      const { rule, dependence } = await chooseRule(deconvnet, images, [layer], { known, signal });
      return { similarity: dependence[layer]!, suited: rule };
    }
    return { similarity: isKnown ? 1 : await pictureDependence(deconvnet, images, { layer, signal }), suited: null };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    for (const image of images) image.dispose();
  }
}
