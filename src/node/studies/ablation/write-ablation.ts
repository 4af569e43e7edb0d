import type { Deconvnet } from '../../../deconvnet.js';
import { checkKeys } from '../../../errors/check-options.js';
import { checkContrast } from '../../../render/contrast.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { READING_KEYS } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WrittenStudy, writeStudy } from '../kit/write-study.js';
import { planAblation } from './plan-ablation.js';
import type { WriteAblationOptions } from './write-ablation-options.js';

/** The names of all options. */
const NAMES = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['contrast', 'gamma', 'draws', 'seed', 'batchSize', 'layers', 'shares', 'mapLayer', 'featureMaps'] as const),
] as const;

/**
 * Sets feature maps to zero as `ablation` does, and writes a page with the accuracy that is left: without whole layers,
 * without random shares of their feature maps, and without one feature map at a time (in the spirit of Table 3 of the paper;
 * there the network is trained again, here it is not). Plots are SVG, pictures PNG, and the numbers CSV and JSON.
 *
 * @param pictures a folder with a subfolder for each class, a list of URLs with labels in a `.txt` file, or a list of files
 * with labels. Pictures whose label is not a class of the network are not used.
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { writeAblation } from 'deconvnet/node';
 *
 * const study = async (deconvnet: Deconvnet) =>
 *   writeAblation(deconvnet, 'test', { out: 'ablation', mapLayer: 'conv5', limit: 500 });
 * ```
 * @throws DeconvnetError as `ablation` and `readPictures`; `write-failed`; `state-mismatch` if the folder contains an
 * unfinished study with other choices; the reason of the signal if that was aborted.
 */
export async function writeAblation(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteAblationOptions,
): Promise<WrittenStudy> {
  checkKeys('writeAblation', options, NAMES);
  checkContrast(options);
  return writeStudy(() => planAblation(deconvnet, pictures, options), 'writeAblation', options);
}
