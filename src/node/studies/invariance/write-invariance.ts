import type { Deconvnet } from '../../../deconvnet.js';
import { checkKeys } from '../../../errors/check-options.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { READING_KEYS } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WrittenStudy, writeStudy } from '../kit/write-study.js';
import { planInvariance } from './plan-invariance.js';
import type { WriteInvarianceOptions } from './write-invariance-options.js';

/** The names of all options. */
const NAMES = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['layers', 'fill', 'batchSize', 'pictures', 'transformations', 'steps'] as const),
] as const;

/**
 * Moves, enlarges and turns pictures as `invariance` does, and writes a page with the curves (section 4, *Feature
 * Invariance*, and Figure 5 of the paper): a row for each transformation, with moved pictures, the distances in each layer,
 * and the probability of the class. The plots are written as SVG, the pictures as PNG, and the numbers as CSV and JSON.
 *
 * The page divides each distance by the length of the layer's output for the picture as it is. The numbers have both.
 *
 * @param pictures a folder, a list of URLs in a `.txt` file, or a list of files
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { writeInvariance } from 'deconvnet/node';
 *
 * const study = async (deconvnet: Deconvnet) =>
 *   writeInvariance(deconvnet, 'photos', { out: 'invariance', steps: { rotation: [0, 90, 180, 270] } });
 * ```
 * @throws DeconvnetError as `invariance` and `readPictures`; `write-failed`; `state-mismatch` if the folder contains an
 * unfinished study with other choices; the reason of the signal if that was aborted.
 */
export async function writeInvariance(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteInvarianceOptions,
): Promise<WrittenStudy> {
  checkKeys('writeInvariance', options, NAMES);
  return writeStudy(() => planInvariance(deconvnet, pictures, options), 'writeInvariance', options);
}
