import type { Deconvnet } from '../../../deconvnet.js';
import { usualLayers } from '../../../studies/kit/usual-layers.js';
import { squareGrid, squareOf } from '../../../studies/occlusion/squares.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import type { StrongPatch } from '../kit/strongest-patches.js';
import { studyIdentity } from '../kit/study-identity.js';
import { choosePictures, extentOfPicture, listStudyPictures } from '../kit/study-pictures.js';
import type { StudyPart, StudyPlan } from '../kit/study-plan.js';
import { type CoveredPicture, coverPicture } from './cover-picture.js';
import { findOthers, OTHER_PICTURES } from './find-others.js';
import { occlusionPage } from './occlusion-page.js';
import type { WriteOcclusionOptions } from './write-occlusion-options.js';

/** How many pictures are covered if nobody says. */
const PICTURES = 3;
/** The key of the last part. */
const OTHERS_KEY = 'other pictures';

/** Plans a study of occlusion: a part for each picture that is covered, and one for the pictures beside them. */
export async function planOcclusion(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteOcclusionOptions,
): Promise<StudyPlan> {
  const all = await listStudyPictures('writeOcclusion', deconvnet, pictures, options);
  const chosen = choosePictures(all.files, options.pictures ?? PICTURES);
  const { layer = usualLayers(deconvnet, 'layer').at(-1)!, featureMap, size, stride, fill, contrast, gamma } = options;
  const ids = chosen.map(({ id }) => id);
  const parts: StudyPart[] = [];
  for (const [place, file] of chosen.entries()) {
    // The untouched picture is run once among the covered ones, once for the strongest feature map, once for its strongest
    // position, and once more to be projected from there, if that runs on a part of the picture.
    const more = featureMap === undefined ? 4 : 3;
    const extent = await extentOfPicture(deconvnet, file, all.reading);
    parts.push({
      ...{
        key: `picture ${file.id}`,
        up: squareGrid(extent, squareOf(extent, options)).squares.length + more,
        ...{ down: 1, atMost: true },
      },
      run: (context) => coverPicture(deconvnet, { file, all, place, layer, options }, context),
    });
  }
  // Pictures can have the same strongest feature map.
  const maps = featureMap === undefined ? chosen.length : 1;
  const patches = maps * Math.min(OTHER_PICTURES + 1, all.files.length);
  parts.push({
    ...{ key: OTHERS_KEY, up: all.files.length + patches, down: patches, atMost: true },
    run: (context) => findOthers(deconvnet, { all, chosen, options }, context),
  });
  return {
    study: 'occlusion',
    identity: await studyIdentity(deconvnet, all.files, {
      ...{ layer, featureMap, size, stride, fill, contrast, gamma, pictures: ids },
    }),
    parts,
    finish: (folder, records) => {
      const covered = chosen.map((file) => records.get(`picture ${file.id}`) as CoveredPicture);
      const others = records.get(OTHERS_KEY) as readonly (readonly StrongPatch[])[];
      return occlusionPage(folder, { deconvnet, covered, others, pictures: all.files.length, options });
    },
  };
}
