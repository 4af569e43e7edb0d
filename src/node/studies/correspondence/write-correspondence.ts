import type { Deconvnet } from '../../../deconvnet.js';
import { checkKeys } from '../../../errors/check-options.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { READING_KEYS } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WrittenStudy, writeStudy } from '../kit/write-study.js';
import { planCorrespondence } from './plan-correspondence.js';
import type { WriteCorrespondenceOptions } from './write-correspondence-options.js';

/** The names of all options. */
const NAMES = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['boxes', 'layers', 'random', 'seed', 'fill', 'batchSize'] as const),
] as const;

/**
 * Masks parts of pictures as `correspondence` does, and writes a page with Delta of each part and layer (section 4.3, Table 1
 * and Figure 8 of the paper), the masked pictures as PNG, a plot as SVG, and the numbers as CSV and JSON.
 *
 * All pictures are compared with each other, so the run is one part: after a stop it begins again.
 *
 * @param pictures a folder, a list of URLs in a `.txt` file, or a list of files
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { writeCorrespondence } from 'deconvnet/node';
 *
 * const study = async (deconvnet: Deconvnet) =>
 *   writeCorrespondence(deconvnet, 'dogs', { boxes: 'boxes.json', out: 'correspondence' });
 * ```
 * @throws DeconvnetError as `correspondence`, `readBoxes`, `fitBox` and `readPictures`; `invalid-option` for boxes of a picture
 * that does not exist; `write-failed`; `state-mismatch` if the folder contains an unfinished study with other choices; the
 * reason of the signal if that was aborted.
 */
export async function writeCorrespondence(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteCorrespondenceOptions,
): Promise<WrittenStudy> {
  checkKeys('writeCorrespondence', options, NAMES);
  return writeStudy(() => planCorrespondence(deconvnet, pictures, options), 'writeCorrespondence', options);
}
