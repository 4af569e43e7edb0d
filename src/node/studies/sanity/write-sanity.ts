import type { Deconvnet } from '../../../deconvnet.js';
import { checkKeys } from '../../../errors/check-options.js';
import { checkContrast } from '../../../render/contrast.js';
import { checkSeed } from '../../../studies/kit/study-options.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { READING_KEYS } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WrittenStudy, writeStudy } from '../kit/write-study.js';
import { planSanity } from './plan-sanity.js';
import type { WriteSanityOptions } from './write-sanity-options.js';

/** The names of all options. */
const NAMES = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['contrast', 'gamma', 'layer', 'maps', 'classes', 'seed', 'batchSize', 'pictures'] as const),
] as const;

/**
 * Checks what the projections of a network depend on, under each rule of the library, and writes a page that says it in plain
 * words: on the learned weights (`randomization`), on the edges of the picture (`edgeLikeness`), on the class
 * (`classSensitivity`), and on the switches (`switchDependence`). The numbers are beside it, as CSV and JSON.
 *
 * Whatever is compared stands between two ends: a projection is equal to itself, and unlike a projection that has neither
 * the weights nor the picture in common with it. For the latter, the same activation is projected from another picture in
 * a network with other random weights than those of the steps. If a network has more than 24 layers that can become random, 24 of the steps
 * are taken, spread evenly.
 *
 * @param pictures a folder, a list of URLs in a `.txt` file, or a list of files
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { writeSanity } from 'deconvnet/node';
 *
 * const study = async (deconvnet: Deconvnet) => writeSanity(deconvnet, 'photos', { out: 'sanity', layer: 'conv5' });
 * ```
 * @throws DeconvnetError as `randomization`, `classSensitivity` and `readPictures`; `write-failed`; `state-mismatch` if the
 * folder contains an unfinished study with other choices; the reason of the signal if that was aborted.
 */
export async function writeSanity(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteSanityOptions,
): Promise<WrittenStudy> {
  checkKeys('writeSanity', options, NAMES);
  checkContrast(options);
  if (options.seed !== undefined) checkSeed(options.seed);
  return writeStudy(() => planSanity(deconvnet, pictures, options), 'writeSanity', options);
}
