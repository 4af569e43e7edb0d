import type { Deconvnet } from '../../../deconvnet.js';
import { extentOf, firstInput } from '../../../network/network.js';
import { usualLayers } from '../../../studies/kit/usual-layers.js';
import { squareGrid, squareOf } from '../../../studies/occlusion/squares.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import type { StrongPatch } from '../kit/strongest-patches.js';
import { studyIdentity } from '../kit/study-identity.js';
import { choosePictures, listStudyPictures } from '../kit/study-pictures.js';
import type { StudyPart, StudyPlan } from '../kit/study-plan.js';
import { type CoveredPicture, coverPicture } from './cover-picture.js';
import { findOthers, OTHER_PICTURES } from './find-others.js';
import { occlusionPage } from './occlusion-page.js';
import type { WriteOcclusionOptions } from './write-occlusion-options.js';

/** How many pictures are covered if nobody says. */
const PICTURES = 3;
/** The key of the last part. */
const OTHERS_KEY = 'other pictures';
/** The side of a picture, for the cost of a network that takes pictures of any size. */
const USUAL_SIDE = 224;

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
  const places = placesOf(deconvnet, options);
  const parts: StudyPart[] = chosen.map((file, place) => ({
    key: `picture ${file.id}`,
    // The picture as it is is run once for the strongest feature map, once among the covered ones, and once to be projected.
    up: places + 3,
    down: 1,
    run: (context) => coverPicture(deconvnet, { file, all, place, layer, options }, context),
  }));
  parts.push({
    key: OTHERS_KEY,
    up: all.files.length,
    down: chosen.length * OTHER_PICTURES,
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

/** How many places the square has in a picture, for the cost. */
function placesOf({ engine: { network } }: Deconvnet, options: WriteOcclusionOptions): number {
  const node = firstInput(network);
  const sides = extentOf(node.outputShape, node.channelAxis).map((side) => side ?? USUAL_SIDE);
  const [height = USUAL_SIDE, width = USUAL_SIDE] = sides;
  return squareGrid({ height, width }, squareOf({ height, width }, options)).squares.length;
}
