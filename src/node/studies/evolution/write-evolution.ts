import { checkKeys } from '../../../errors/check-options.js';
import { checkContrast } from '../../../render/contrast.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { READING_KEYS } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WrittenStudy, writeStudy } from '../kit/write-study.js';
import { planEvolution } from './plan-evolution.js';
import type { StoredCheckpoint, WriteEvolutionOptions } from './write-evolution-options.js';

/** The names of all options. */
const NAMES = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['contrast', 'gamma', 'layers', 'maps', 'seed', 'batchSize'] as const),
] as const;

/**
 * Follows feature maps through the training of a network as `evolution` does, and writes a page (section 4, *Feature
 * Evolution during Training*, and Figure 4 of the paper). For each layer it shows a row for each feature map and a column
 * for each checkpoint: the projections, and the patches of the pictures that they come from, with a mark where the picture
 * changed. Pictures are written as PNG, and the numbers as CSV and JSON.
 *
 * @param checkpoints the network at two or more times, in order. Only one of them is open at any time
 * @param pictures a folder, a list of URLs in a `.txt` file, or a list of files
 * @example
 * ```ts
 * import { Deconvnet } from 'deconvnet';
 * import { loadModel, writeEvolution } from 'deconvnet/node';
 *
 * const study = async (epochs: number[]) =>
 *   writeEvolution(
 *     epochs.map((epoch) => ({
 *       name: `epoch ${epoch}`,
 *       open: async () => new Deconvnet(await loadModel(`checkpoints/${epoch}.keras`), { input: 'unit' }),
 *     })),
 *     'photos',
 *     { out: 'evolution', layers: ['conv1', 'conv5'], maps: 6 },
 *   );
 * ```
 * @throws DeconvnetError as `evolution` and `readPictures`; `unsupported-option` if the network does not take pictures;
 * `write-failed`; `state-mismatch` if the folder contains an unfinished study with other choices; what `open` throws; the
 * reason of the signal if that was aborted.
 */
export async function writeEvolution(
  checkpoints: readonly StoredCheckpoint[],
  pictures: string | readonly PictureFile[],
  options: WriteEvolutionOptions,
): Promise<WrittenStudy> {
  checkKeys('writeEvolution', options, NAMES);
  checkContrast(options);
  return writeStudy(() => planEvolution(checkpoints, pictures, options), 'writeEvolution', options);
}
