import type { Deconvnet } from '../../../deconvnet.js';
import { checkKeys } from '../../../errors/check-options.js';
import { checkContrast } from '../../../render/contrast.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { READING_KEYS } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WrittenStudy, writeStudy } from '../kit/write-study.js';
import { planOcclusion } from './plan-occlusion.js';
import type { WriteOcclusionOptions } from './write-occlusion-options.js';

/** The names of all options. */
const NAMES = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['contrast', 'gamma', 'layer', 'featureMap', 'size', 'stride', 'fill', 'batchSize', 'pictures'] as const),
] as const;

/**
 * Covers parts of pictures as `occlusion` does, and writes a page with the maps (section 4.2 and Figure 7 of the paper), with
 * plots as SVG, pictures as PNG, and the numbers as CSV and JSON. Beside the maps it shows the projection of the feature
 * map on the picture, and on those of the other pictures that excite it most.
 *
 * @param pictures a folder, a list of URLs in a `.txt` file, or a list of files
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { writeOcclusion } from 'deconvnet/node';
 *
 * const study = async (deconvnet: Deconvnet) => writeOcclusion(deconvnet, 'photos', { out: 'occlusion', pictures: 3 });
 * ```
 * @throws DeconvnetError as `occlusion`, `readPictures` and `PatchMiner.run`; `write-failed`; `state-mismatch` if the folder
 * contains an unfinished study with other choices; the reason of the signal if that was aborted.
 */
export async function writeOcclusion(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteOcclusionOptions,
): Promise<WrittenStudy> {
  checkKeys('writeOcclusion', options, NAMES);
  checkContrast(options);
  return writeStudy(() => planOcclusion(deconvnet, pictures, options), 'writeOcclusion', options);
}
