import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from 'deconvnet';
import type { Library } from './load-library.js';
import type { Reading } from './picture-options.js';

/** Reads one picture as an image for the network. The caller disposes the image. */
export async function readImage(
  library: Library,
  deconvnet: Deconvnet,
  path: string,
  reading: Reading,
): Promise<Tensor> {
  const pictures = library.readPictures([{ id: path, path }], deconvnet, reading);
  for await (const { image } of pictures) return image;
  throw new Error(`The picture ${path} gave no image.`);
}
