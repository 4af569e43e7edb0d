import type { Deconvnet } from '../../../deconvnet.js';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { ruleNames } from '../../../mirrors/rules.js';
import { featureMapsOf, findNode } from '../../../network/network.js';
import { BATCH_SIZE } from '../../../studies/kit/study-options.js';
import { usualLayers } from '../../../studies/kit/usual-layers.js';
import { logitLayer } from '../../../studies/sanity/logit-layer.js';
import { randomizationSteps } from '../../../studies/sanity/randomization.js';
import { onlyPosition } from '../../../studies/sanity/sanity-projection.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { studyIdentity } from '../kit/study-identity.js';
import { choosePictures, listStudyPictures } from '../kit/study-pictures.js';
import type { PartContext, StudyPart, StudyPlan } from '../kit/study-plan.js';
import { type ClassesRecord, classesPart } from './classes-part.js';
import { type EdgesRecord, edgesPart } from './edges-part.js';
import type { SanityInput } from './sanity-input.js';
import { sanityPage } from './sanity-page.js';
import { type SwitchesRecord, switchesPart } from './switches-part.js';
import { spreadEvenly, takenSteps } from './taken-steps.js';
import { OTHERS } from './unrelated.js';
import { type WeightsStep, weightsPart } from './weights-part.js';
import type { WriteSanityOptions } from './write-sanity-options.js';

/** What is projected if nobody says. */
const [PICTURES, MAPS, CLASSES] = [2, 2, 4];
/** How many steps are a part. Each part projects from the real network once more. */
const STEPS_IN_PART = 6;
/** The most steps that the page shows, beside the real network. */
const SHOWN = 7;

/** Plans a sanity check: for each picture a part for each section, and for the random layers several. */
export async function planSanity(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteSanityOptions,
): Promise<StudyPlan> {
  const all = await listStudyPictures('writeSanity', deconvnet, pictures, options);
  const chosen = choosePictures(all.files, options.pictures ?? PICTURES);
  const { maps = MAPS, seed = 0, classes = CLASSES, batchSize = BATCH_SIZE, contrast, gamma } = options;
  const layer = options.layer ?? usualLayers(deconvnet, 'layer').at(-1)!;
  const steps = takenSteps(randomizationSteps(deconvnet, layer));
  const drawn = new Set([0, ...spreadEvenly(steps.length, SHOWN).map((place) => steps[place - 1]!.randomLayers)]);
  const node = findNode(deconvnet.engine.network, layer);
  /** The work of some sets of projections, each by all rules. Feature maps that do not fire on a picture have none. */
  const cost = (sets: number, compared = sets): Omit<StudyPart, 'key' | 'run'> => {
    const cells = Array.isArray(maps) ? maps.length : Math.min(maps as number, featureMapsOf(node));
    // Those at different positions need a way up for each.
    const ways = onlyPosition(node, featureMapsOf(node)) ? Math.ceil(cells / batchSize) : cells;
    const times = sets * ruleNames.length;
    const comparisons = compared * ruleNames.length * cells;
    return { up: 1 + times * ways, down: times * cells, comparisons, atMost: true };
  };
  const classCost = costOfClasses(deconvnet, classes, batchSize);
  const part = (
    key: string,
    images: Omit<StudyPart, 'key' | 'run'>,
    run: (images: number, context: PartContext) => Promise<unknown>,
  ): StudyPart => ({ key, ...images, run: (context) => run(images.up + images.down, context) });
  const groups = inGroups(steps.map(({ downTo }) => downTo));
  // The short parts come first, so that an option that does not fit is found early.
  const parts = chosen.flatMap((file, place): StudyPart[] => {
    const input: SanityInput = { file, all, place, layer, maps, seed, options };
    return [
      // The real projections and the control are compared with the edges, and with each other.
      part(`edges ${file.id}`, cost(2, 3), (images, context) => edgesPart(deconvnet, { ...input, images }, context)),
      ...(classCost
        ? [
            part(`classes ${file.id}`, classCost, (images, context) =>
              classesPart(deconvnet, { ...input, classes, images }, context),
            ),
          ]
        : []),
      // One way up serves two sets.
      part(`switches ${file.id}`, { ...cost(4), up: 1 + 2 * ruleNames.length }, (images, context) =>
        switchesPart(deconvnet, { ...input, images }, context),
      ),
      ...groups.map((some, group) =>
        part(`random layers ${group} ${file.id}`, cost(1 + some.length), (images, context) =>
          weightsPart(deconvnet, { ...input, steps: some, drawn, first: group === 0, images }, context),
        ),
      ),
    ];
  });
  return {
    study: 'sanity',
    identity: await studyIdentity(deconvnet, all.files, {
      ...{ layer, maps, classes, seed, contrast, gamma, pictures: chosen.map(({ id }) => id) },
    }),
    parts,
    finish: (folder, records) =>
      sanityPage(folder, {
        ...{ deconvnet, options, layer, maps, seed, steps, drawn: [...drawn] },
        others: Math.min(OTHERS, all.files.length - 1),
        pictures: chosen.map(({ id }) => ({
          edges: records.get(`edges ${id}`) as EdgesRecord,
          classes: records.get(`classes ${id}`) as ClassesRecord | undefined,
          switches: records.get(`switches ${id}`) as SwitchesRecord,
          weights: groups.flatMap((_, group) => records.get(`random layers ${group} ${id}`) as WeightsStep[]),
        })),
      }),
  };
}

/** The images of the projections of classes; undefined if the network has no logit for each class. */
function costOfClasses(
  deconvnet: Deconvnet,
  classes: number | readonly number[],
  batchSize: number,
): Omit<StudyPart, 'key' | 'run'> | undefined {
  try {
    const { output } = logitLayer('writeSanity', deconvnet);
    const cells = Array.isArray(classes) ? classes.length : Math.min(classes as number, output.head.classes);
    // Once for the picture, and once for the control. Logits have one position, so they share a way up.
    const times = 2 * ruleNames.length;
    const comparisons = ruleNames.length * ((cells * (cells - 1)) / 2 + cells);
    return { up: 1 + times * Math.ceil(cells / batchSize), down: times * cells, comparisons };
  } catch (error) {
    if (error instanceof DeconvnetError && error.code === 'unsupported-option') return undefined;
    throw error;
  }
}

/** The steps in groups of a part. If there are none, there is one group, whose part says why that is an error. */
function inGroups(steps: readonly string[]): string[][] {
  const count = Math.max(1, Math.ceil(steps.length / STEPS_IN_PART));
  return Array.from({ length: count }, (_, i) => steps.slice(i * STEPS_IN_PART, (i + 1) * STEPS_IN_PART));
}
