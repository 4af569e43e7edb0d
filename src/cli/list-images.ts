import type { Deconvnet } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';
import { takesPictures } from './open-network.js';

/** Lists the pictures of a folder or, for a network that does not take pictures, its signals. */
export async function listImages(
  library: Library,
  deconvnet: Deconvnet,
  folder: string,
  followLinks: boolean,
): Promise<PictureFile[]> {
  const signals = !takesPictures(deconvnet);
  try {
    return await library.listPictures(folder, { followLinks, signals });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (!signals || code !== 'pictures-not-found') throw error;
    throw new CliError(EXIT.input, `The network takes ${deconvnet.describeInput()}. ${message}`);
  }
}
