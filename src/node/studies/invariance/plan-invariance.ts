import type { Deconvnet } from '../../../deconvnet.js';
import { checkDeconvnet } from '../../../errors/check-deconvnet.js';
import { checkKeys, checkValue } from '../../../errors/check-options.js';
import { TEN_COLOURS } from '../../../plots/colours.js';
import { comparedLayers } from '../../../studies/invariance/compared-layers.js';
import { TRANSFORMATIONS, type Transformation } from '../../../studies/invariance/move-picture.js';
import { checkSteps, checkTransformation, paperSteps } from '../../../studies/invariance/steps.js';
import { checkFill } from '../../../studies/kit/fill.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { studyIdentity } from '../kit/study-identity.js';
import { choosePictures, extentOfPicture, listStudyPictures } from '../kit/study-pictures.js';
import type { StudyPart, StudyPlan } from '../kit/study-plan.js';
import { compareDifferent, type DifferentPictures } from './compare-different.js';
import { invariancePage } from './invariance-page.js';
import { type MovedPicture, moveAndCompare } from './move-and-compare.js';
import type { WriteInvarianceOptions } from './write-invariance-options.js';

/** How many pictures are moved if nobody says: as many as in the paper. */
const PICTURES = 5;
/** The key of the last part. */
const DIFFERENT_KEY = 'different pictures';

/** Plans a study of invariance: a part for each picture that is moved, and one that compares them with each other. */
export async function planInvariance(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteInvarianceOptions,
): Promise<StudyPlan> {
  const { fill = 'grey' } = options;
  const steps = stepsOf(options);
  checkFill(fill);
  checkDeconvnet('writeInvariance', deconvnet);
  const layers = comparedLayers(deconvnet, options.layers);
  const all = await listStudyPictures('writeInvariance', deconvnet, pictures, options);
  const chosen = choosePictures(all.files, options.pictures ?? PICTURES);
  const most = TEN_COLOURS.length;
  checkValue(chosen.length <= most, `At most ${most} pictures have a colour of their own`, chosen.length);
  const names = layers.map(({ name }) => name);
  const moves = [...steps].map(([transformation, own]) => ({ transformation, ...(own && { steps: own }) }));
  const parts: StudyPart[] = [];
  for (const [place, file] of chosen.entries()) {
    const { height } = await extentOfPicture(deconvnet, file, all.reading);
    parts.push({
      ...{ key: `picture ${file.id}`, up: countOf(height, steps), down: 0 },
      run: (context) => moveAndCompare(deconvnet, { file, all, place, moves, layers: names, fill, options }, context),
    });
  }
  parts.push({
    key: DIFFERENT_KEY,
    up: chosen.length,
    down: 0,
    run: (context) => compareDifferent(deconvnet, { chosen, all, layers }, context),
  });
  const ids = chosen.map(({ id }) => id);
  return {
    study: 'invariance',
    identity: await studyIdentity(deconvnet, all.files, { layers: names, fill, moves, pictures: ids }),
    parts,
    finish: (folder, records) => {
      const moved = chosen.map((file) => records.get(`picture ${file.id}`) as MovedPicture);
      const different = records.get(DIFFERENT_KEY) as DifferentPictures;
      return invariancePage(folder, { deconvnet, moved, different, layers, options });
    },
  };
}

/** The steps of each transformation, in rising order; undefined where those of the paper are taken. */
function stepsOf({
  transformations = TRANSFORMATIONS,
  steps = {},
}: WriteInvarianceOptions): Map<Transformation, readonly number[] | undefined> {
  const valid = Array.isArray(transformations) && transformations.length > 0;
  checkValue(valid, "transformations is a list of names, ['translation', 'scale', 'rotation']", transformations);
  for (const transformation of transformations) checkTransformation(transformation);
  checkKeys('steps', steps, TRANSFORMATIONS as ['translation', 'scale', 'rotation']);
  const rising = new Map<Transformation, readonly number[] | undefined>();
  for (const transformation of TRANSFORMATIONS) {
    const own = steps[transformation];
    if (own !== undefined) checkSteps(transformation, own);
    if (!transformations.includes(transformation)) continue;
    rising.set(transformation, own && [...new Set(own)].sort((a, b) => a - b));
  }
  return rising;
}

/** How many images are run for one picture, each transformation with the picture as it is. */
function countOf(height: number, steps: ReadonlyMap<Transformation, readonly number[] | undefined>): number {
  const counts = [...steps].map(([transformation, own]) => 1 + (own ?? paperSteps(transformation, height)).length);
  return counts.reduce((sum, count) => sum + count, 0);
}
