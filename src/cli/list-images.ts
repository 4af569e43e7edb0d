import type { Deconvnet, DeconvnetError } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { checkUrls } from '../node/pictures/allowed-hosts.js';
import { messageOf } from './advice.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';
import { takesPictures } from './open-network.js';
import type { PictureOptions } from './picture-options.js';

/**
 * Lists the pictures of a folder or of a list of URLs or, for a network that does not take pictures, signals. The hosts of
 * URLs are checked here, because pictures may be read late in a command.
 */
export async function listImages(
  library: Library,
  deconvnet: Deconvnet,
  folder: string,
  { followLinks = false, allowHost: hosts = [] }: PictureOptions & { readonly followLinks?: boolean },
): Promise<PictureFile[]> {
  const signals = !takesPictures(deconvnet);
  try {
    const pictures = await library.listPictures(folder, { followLinks, signals });
    checkUrls(pictures, { hosts, signals });
    return pictures;
  } catch (error) {
    if (!signals || (error as DeconvnetError).code !== 'pictures-not-found') throw error;
    throw new CliError(
      EXIT.input,
      `The network takes ${deconvnet.describeInput()}. ${messageOf(error as DeconvnetError)}`,
    );
  }
}
