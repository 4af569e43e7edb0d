import type { Deconvnet } from '../../../deconvnet.js';
import { checkKeys, checkValue, isCount } from '../../../errors/check-options.js';
import { checkContrast } from '../../../render/contrast.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { READING_KEYS } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WrittenStudy, writeStudy } from '../kit/write-study.js';
import { planStudies } from './plan-studies.js';
import { studyNames } from './study-names.js';
import type { WriteStudiesOptions } from './write-studies-options.js';

/** The names of all options. */
const NAMES = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['contrast', 'gamma', 'studies', 'layers', 'maps', 'pictures', 'seed', 'checkpoints', 'boxes'] as const),
  ...(['batchSize', 'workers', 'network'] as const),
] as const;

/**
 * Writes a report with all studies of the paper that apply: an index, and for each study a folder with its page. A study
 * that lacks something, such as classes, is left out, and the index says so.
 *
 * @param pictures a folder, a list of URLs in a `.txt` file, or a list of files
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { writeStudies } from 'deconvnet/node';
 *
 * const study = async (deconvnet: Deconvnet) => {
 *   const { index } = await writeStudies(deconvnet, 'photos', { out: 'report', studies: ['gallery', 'occlusion'] });
 *   console.log(`Open ${index}`);
 * };
 * ```
 * @throws DeconvnetError `invalid-option`, also for a study that cannot be made although it is named; as the functions of
 * the studies, `mineImages` and `writeGallery`; `state-mismatch` if the folder contains an unfinished report with other
 * choices; the reason of the signal if that was aborted.
 */
export async function writeStudies(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteStudiesOptions,
): Promise<WrittenStudy> {
  checkKeys('writeStudies', options, NAMES);
  checkContrast(options);
  const { studies, maps = 1 } = options;
  const known = studies === undefined || (Array.isArray(studies) && studies.every((name) => studyNames.includes(name)));
  checkValue(known, `studies is a list of names: ${studyNames.join(', ')}`, studies);
  for (const [name, study] of [['checkpoints', 'evolution'] as const, ['boxes', 'correspondence'] as const]) {
    const idle = options[name] !== undefined && studies !== undefined && !studies.includes(study);
    checkValue(!idle, `${name} is for the study '${study}', which must then be among studies`, studies);
  }
  checkValue(isCount(maps, 1), 'maps is how many feature maps of each layer the gallery shows, 1 or more', maps);
  return writeStudy(() => planStudies(deconvnet, pictures, options), 'writeStudies', options);
}
