import type { Deconvnet } from '../../../deconvnet.js';
import { checkValue } from '../../../errors/check-options.js';
import { findNode } from '../../../network/network.js';
import { layersToCompare } from '../../../studies/correspondence/layers-to-compare.js';
import { checkPairs, partsOf } from '../../../studies/correspondence/parts-of.js';
import { randomCount } from '../../../studies/correspondence/random-boxes.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { studyIdentity } from '../kit/study-identity.js';
import { listStudyPictures } from '../kit/study-pictures.js';
import type { StudyPlan } from '../kit/study-plan.js';
import { loadBoxes, markedFiles } from './boxes-file.js';
import { correspondencePage } from './correspondence-page.js';
import { fitPictureBoxes } from './fit-picture-boxes.js';
import { type MaskedParts, maskParts } from './mask-parts.js';
import type { WriteCorrespondenceOptions } from './write-correspondence-options.js';

/** The key of the only part: all pictures are compared with each other. */
const KEY = 'all pictures';

/** Plans a study of correspondence. What is wrong with the boxes is said before anything is run. */
export async function planCorrespondence(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteCorrespondenceOptions,
): Promise<StudyPlan> {
  const { limit, ...unlimited } = options;
  const all = await listStudyPictures('writeCorrespondence', deconvnet, pictures, unlimited);
  const { reading } = all;
  const boxes = await loadBoxes(options.boxes);
  const files = markedFiles(all.files, boxes, limit);
  checkPairs(files);
  const unfitted = files.map(({ id }) => ({ id, boxes: boxes[id]! }));
  partsOf(unfitted);
  const random = randomCount(unfitted, options.random);
  const { layers = layersToCompare(deconvnet), seed = 0, fill, batchSize } = options;
  checkValue(Array.isArray(layers) && layers.length > 0, "layers is a list of names, ['conv5']", layers);
  for (const name of layers) findNode(deconvnet.engine.network, name);
  const marked = await fitPictureBoxes(deconvnet, files, { boxes, reading });
  const study = {
    ...{ layers, random, seed },
    ...(fill !== undefined && { fill }),
    ...(batchSize !== undefined && { batchSize }),
  };
  return {
    study: 'correspondence',
    identity: await studyIdentity(deconvnet, files, { layers, random, seed, fill, boxes: marked }),
    parts: [
      {
        key: KEY,
        up: marked.reduce((sum, one) => sum + 1 + Object.keys(one.boxes).length + random, 0),
        down: 0,
        run: (context) => maskParts(deconvnet, { files, marked, reading, options: study }, context),
      },
    ],
    finish: (folder, records) => {
      const found = records.get(KEY) as MaskedParts;
      return correspondencePage(folder, { deconvnet, found, pictures: all.files.length, options });
    },
  };
}
