import type { Deconvnet, DeconvnetError } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { messageOf } from './advice.js';
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
    if (!signals || (error as DeconvnetError).code !== 'pictures-not-found') throw error;
    throw new CliError(
      EXIT.input,
      `The network takes ${deconvnet.describeInput()}. ${messageOf(error as DeconvnetError)}`,
    );
  }
}
