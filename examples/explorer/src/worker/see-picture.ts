import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet, Picture } from 'deconvnet';

/** A picture as a network takes it, and as it then sees it: cut to its middle, made smaller. */
export interface SeenPicture {
  readonly image: Tensor;
  readonly picture: Picture;
  dispose(): void;
}

/** Makes a picture the input of a network. The caller disposes what comes back. */
export async function seePicture(deconvnet: Deconvnet, source: Picture): Promise<SeenPicture> {
  const image = deconvnet.toInput(source);
  try {
    return { image, picture: await deconvnet.toPicture(image), dispose: () => image.dispose() };
  } catch (error) {
    image.dispose();
    throw error;
  }
}
